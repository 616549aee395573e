import { activityInfo } from '@temporalio/activity';
import type { ActivityDeps } from './activity-deps.ts';

// Once Temporal has said that it waits for the attempt, it may give the attempt up at any moment: at once if the
// execution is reset, after 10 s without a heartbeat (workflows/steps.ts) if the worker is stopped. A request that is
// sent within 5 s and travels for 20 s (tfe/timeouts.ts) lands within 25 s, the least that `commitWindowMs` may be.
export const MAY_SEND_WITHIN_MS = 5_000;

/**
 * Called right before a request is sent: why it must not be sent any more, or undefined. `withdrawn`: the workflow no
 * longer wants it, and waits to hear that nothing was sent.
 */
export type SendingWindow = () => 'withdrawn' | { why: string } | undefined;

/**
 * Opens the time in which this attempt may send its write. Whatever stops a worker (SIGSTOP, a suspended machine) must
 * not make it send what the workflow has given up: before the activity began, because the server hands tasks to a
 * stopped worker's open poll, and they wait there; or in the middle of it.
 *
 * For the first, Temporal itself says whether it still waits for this attempt: no comparison of two machines' clocks,
 * and a suspended machine's clock may know nothing of the gap. For the second, this machine's clocks count from before
 * that question: its own time shows a stopped process, the wall clock a suspended machine.
 */
export async function openSendingWindow({ attemptState }: Pick<ActivityDeps, 'attemptState'>): Promise<SendingWindow> {
  const startedAt = performance.now();
  const startedAtWallMs = Date.now();
  const state = await attemptState(activityInfo().taskToken);
  if (state === 'withdrawn') return () => 'withdrawn';
  if (state === 'given-up') return () => ({ why: 'Temporal had given this attempt up before the worker began it' });
  return () =>
    performance.now() - startedAt <= MAY_SEND_WITHIN_MS && Date.now() - startedAtWallMs <= MAY_SEND_WITHIN_MS
      ? undefined
      : { why: 'the worker was held up before it sent the request' };
}
