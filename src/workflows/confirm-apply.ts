import { applyComment } from '../domain/apply-comment.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import { endLateRuns } from './create-run.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { Job } from './job.ts';
import { lookUntil } from './look-until.ts';
import { settled } from './settled.ts';
import { waitForRateLimit } from './wait-in-view.ts';

/**
 * Sends the apply of the approved run until TFE accepts it. Idempotent by re-reading (design D3): being past the
 * confirmation is success, however it came about. Returns early when the run moved on or the request is canceled; an
 * accepted apply that does not take effect brings the run back here.
 */
export async function confirmApply(job: Job): Promise<void> {
  const { state, steps } = job;
  const { request } = state;
  const runId = state.reading.id;
  while (
    state.phase === 'awaiting-confirmation' &&
    state.decisions.verdict === 'approved' &&
    state.cancelRequested === 'no'
  ) {
    if (isTooLong(job)) await startAfresh(job);
    await endLateRuns(job);
    const answer = await settled(
      steps.applyRun({
        runId,
        comment: commentOf(job),
        organization: request.organization,
        workspace: request.workspace,
      }),
    );
    switch (answer.kind) {
      case 'accepted':
        state.data.acts.apply = 'sent';
        state.data.applySettlesAtMs = Date.now() + request.timing.actionSettlesMs;
        return state.assumeApplying();
      case 'later':
        await waitForRateLimit(job, {
          what: 'apply',
          retryAfterMs: answer.retryAfterMs,
          summary: 'TFE is rate limiting: apply later',
        });
        break;
      case 'paused':
        state.note({ blocker: answer.blocker });
        await untilResumed(job);
        state.note({ blocker: undefined });
        break;
      case 'in-doubt':
        state.note({ inDoubt: `apply: ${answer.why}` });
        state.data.applyMayHaveLanded = 'yes';
        await untilConfirmed(job, request.timing.commitWindowMs);
        state.note({ inDoubt: undefined });
        break;
      case 'refused':
        await afterRefusal(job, answer.message);
    }
    // Also where a second request was refused because the first, given up as lost, had landed meanwhile.
    if (state.data.applyMayHaveLanded === 'yes' && isPastConfirmation(state.reading)) state.data.acts.apply = 'sent';
  }
}

/** A refusal with the run still waiting is the token's or the workspace's trouble: show it, and try again later. */
async function afterRefusal(job: Job, message: string): Promise<void> {
  const { state } = job;
  const { pollMinMs, pollRefusedMs } = state.request.timing;
  await untilConfirmed(job, pollMinMs);
  if (state.phase !== 'awaiting-confirmation') return;
  state.note({ blocker: `TFE refuses the apply: ${message}` });
  await untilConfirmed(job, pollRefusedMs, () => state.cancelRequested === 'yes');
  state.note({ blocker: undefined });
}

async function untilConfirmed(job: Job, withinMs: number, orElse = () => false): Promise<void> {
  const { state } = job;
  await lookUntil(job, {
    over: () => isPastConfirmation(state.reading) || isFinalRun(state.reading) || orElse(),
    pace: 'working',
    waitingFor: 'TFE to confirm the apply',
    deadlineAtMs: Date.now() + withinMs,
    deadlineSummary: 'send the apply again',
  });
}

async function untilResumed(job: Job): Promise<void> {
  const { state } = job;
  await lookUntil(job, {
    over: () =>
      state.data.blocker === undefined || state.phase !== 'awaiting-confirmation' || state.cancelRequested === 'yes',
    pace: 'working',
    waitingFor: 'the pause to be lifted',
    pauseIsNews: 'yes',
    mayContinueAsNew: 'yes',
  });
}

function commentOf({ state }: Job): string {
  const { key, approval } = state.request;
  return applyComment({ approvals: state.decisions.approvals, approvers: approval.approvers, key });
}
