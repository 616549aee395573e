import { Alarm } from './alarm.ts';
import type { RequestContext } from '../request-context.ts';
import { standStill } from './stand-still.ts';

/**
 * A pause by a timer. `summary` names it in the Temporal UI; `waitingFor` says in the view what we wait for, and until
 * when (ISO 8601).
 */
export interface TimedWait {
  ms: number;
  summary: string;
  waitingFor: (until: string) => string;
  /** Ends the pause before its time. */
  unless?: () => boolean;
}

/** Sleeps, and shows people meanwhile what it waits for. */
export async function waitInView({ state }: RequestContext, wait: TimedWait): Promise<void> {
  const { ms, summary, waitingFor, unless = () => false } = wait;
  if (unless()) return;
  const atMs = Date.now() + ms;
  state.note({ waitingFor: waitingFor(new Date(atMs).toISOString()) });
  const alarm = new Alarm(state.inbox, { atMs, summary });
  await standStill(
    state.inbox,
    () => false,
    () => alarm.hasRung || unless(),
  );
  alarm.stop();
  state.note({ waitingFor: undefined });
}

/** Waits until TFE's rate limit admits a write that it refused. `what` completes "the … is sent again". */
export async function waitForRateLimit(
  context: RequestContext,
  write: { what: string; retryAfterMs: number; summary: string; unless: () => boolean },
): Promise<void> {
  const { state } = context;
  const { blocker } = state.data;
  state.note({ blocker: `TFE’s rate limit keeps the ${write.what} back` });
  await waitInView(context, {
    ms: write.retryAfterMs,
    summary: write.summary,
    waitingFor: (until) => `TFE’s rate limit: the ${write.what} is sent again at ${until}`,
    unless: write.unless,
  });
  state.note({ blocker });
}
