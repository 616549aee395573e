import { applyComment } from '../domain/apply-comment.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import { endLateRuns } from './create-run.ts';
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
  let mayHaveLanded = false;
  while (
    state.phase === 'awaiting-confirmation' &&
    state.decisions.verdict === 'approved' &&
    state.cancelRequested === 'no'
  ) {
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
        break;
      case 'in-doubt':
        state.note({ inDoubt: `apply: ${answer.why}` });
        mayHaveLanded = true;
        await untilConfirmed(job, request.timing.commitWindowMs);
        state.note({ inDoubt: undefined });
        break;
      case 'refused':
        await afterRefusal(job, answer.message);
    }
    // Also where a second request was refused because the first, given up as lost, had landed meanwhile.
    if (mayHaveLanded && isPastConfirmation(state.reading)) state.data.acts.apply = 'sent';
  }
}

/** A refusal with the run still waiting is the token's or the workspace's trouble: show it, and try again later. */
async function afterRefusal(job: Job, message: string): Promise<void> {
  const { state } = job;
  await untilConfirmed(job, state.request.timing.pollMinMs);
  if (state.phase !== 'awaiting-confirmation') return;
  state.note({ blocker: `TFE refuses the apply: ${message}` });
  await untilConfirmed(job, state.request.timing.pollRefusedMs);
  state.note({ blocker: undefined });
}

async function untilConfirmed(job: Job, withinMs: number): Promise<void> {
  const { state } = job;
  await lookUntil(job, {
    over: () => isPastConfirmation(state.reading) || isFinalRun(state.reading),
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
