import type { ActionAnswer } from '../activities/action-activities.ts';
import { isTooLong } from './fresh-execution.ts';
import type { RequestContext } from './request-context.ts';
import { settled, type InDoubt } from './settled.ts';
import { askUnless } from './inbox/stand-still.ts';
import type { Step } from './steps.ts';
import { waitForRateLimit } from './inbox/wait-in-view.ts';

/** A change that TFE is asked to make to a run: apply, discard, cancel, override. */
export interface Act<Answer extends { kind: string } = ActionAnswer> {
  /** In TFE's words, e.g. `apply`. */
  what: string;
  /** Whether the act is wanted now, judged by everything that is known. Only reads the state. */
  isWanted: () => boolean;
  send: () => Step<Answer>;
  /** The wait may end in continue-as-new: the workflow comes back here in the new execution. */
  mayContinueAsNew?: true;
}

/** `withdrawn`: nothing was sent, because the act was no longer wanted. */
export type Acted<Answer> = Exclude<Answer, { kind: 'later' | 'withdrawn' }> | InDoubt | { kind: 'withdrawn' };

/**
 * The only way to change a run. The workflow task that sends the act checks that it is still wanted. While the act is
 * queued or waits for TFE's rate limit, nothing was sent, so an act that is no longer wanted is withdrawn. After every
 * answer but 202 the caller reads the run once (read-unless.ts) before it repeats the act or gives it up.
 */
export async function actOnce<Answer extends { kind: string }>(
  context: RequestContext,
  act: Act<Answer>,
): Promise<Acted<Answer>> {
  const { state } = context;
  const isUnwanted = (): boolean => !act.isWanted();
  while (act.isWanted()) {
    if (act.mayContinueAsNew && isTooLong(context)) break; // TFE has been rate limiting for hours
    const answer = await settled(askUnless(state.inbox, act.send(), isUnwanted));
    if (answer === 'given-up' || answer.kind === 'withdrawn') continue;
    if (answer.kind !== 'later') return answer as Acted<Answer>;
    const { retryAfterMs } = answer as unknown as Extract<ActionAnswer, { kind: 'later' }>;
    await waitForRateLimit(context, {
      what: act.what,
      retryAfterMs,
      summary: `TFE is rate limiting: ${act.what} later`,
      unless: isUnwanted,
    });
  }
  return { kind: 'withdrawn' };
}

/** The answers that mean: the act was wanted, and was not done. */
export type NotTaken = Extract<ActionAnswer, { kind: 'refused' | 'not-allowed' | 'not-seen' }>;

/** Says in one sentence what kept TFE from taking an act, or kept us from sending it. `what` is in TFE's words. */
export function blockerOf(what: string, answer: NotTaken): string {
  switch (answer.kind) {
    case 'refused':
      return `TFE refuses ${what}: ${answer.message}`;
    case 'not-allowed':
      return `Runwright itself refuses ${what}: ${answer.message}`;
    case 'not-seen':
      return `nobody can say whose run it is, so ${what} waits: ${answer.why}`;
  }
}
