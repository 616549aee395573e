import type { ActionAnswer } from '../activities/action-activities.ts';
import { isTooLong } from './fresh-execution.ts';
import type { RequestContext } from './request-context.ts';
import { settled, type InDoubt } from './settled.ts';
import { askUnless } from './inbox/stand-still.ts';
import type { Step } from './steps.ts';
import { waitForRateLimit } from './inbox/wait-in-view.ts';

/** Something that is asked of TFE for a run: apply, discard, cancel, override. */
export interface Act<Answer extends { kind: string } = ActionAnswer> {
  /** In TFE's words, e.g. `apply`. */
  what: string;
  /** Whether it is wanted now, by everything that is known: a pure look at the state. */
  isWanted: () => boolean;
  send: () => Step<Answer>;
  /** The workflow comes back here, also in a new execution. */
  mayContinueAsNew?: true;
}

/** `withdrawn`: not sent, because it was not wanted any more. */
export type Acted<Answer> = Exclude<Answer, { kind: 'later' | 'withdrawn' }> | InDoubt | { kind: 'withdrawn' };

/**
 * The only way in which a run is changed. What is wanted is looked at in the workflow task that sends the act; while it is
 * queued or waits for TFE's rate limit it was not sent, and is withdrawn when it is not wanted any more. After every
 * answer but 202 the caller reads the run once (read-unless.ts) before anything is repeated or given up.
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

/** What was not done, though it was wanted. */
export type NotTaken = Extract<ActionAnswer, { kind: 'refused' | 'not-allowed' | 'not-seen' }>;

/** What keeps an act from being taken, or from being sent at all, in one sentence. `what` is in TFE's words. */
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
