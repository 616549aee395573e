import { applyComment } from '../domain/apply-comment.ts';
import { nextStep } from '../domain/next-step.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import { actOnce, blockerOf, type NotTaken } from './act.ts';
import type { Job } from './job.ts';
import { lookUntil } from './look-until.ts';
import { noOtherRunIsConfirmed } from './other-runs.ts';
import { readUnless } from './read-unless.ts';

/**
 * Sends the apply of the approved run once, and sees what became of it: being past the confirmation is success, however
 * it came about. The story comes back here where TFE did not take it and it is still wanted.
 */
export async function confirmApply(job: Job): Promise<void> {
  const { state, steps } = job;
  const { request } = state;
  const runId = state.reading.id;
  const isWanted = (): boolean => nextStep(state.facts).kind === 'apply' && state.reading.id === runId;
  if (!(await noOtherRunIsConfirmed(job, isWanted))) return;
  const answer = await actOnce(job, {
    what: 'apply',
    isWanted,
    mayContinueAsNew: true,
    send: () =>
      steps.applyRun({
        runId,
        comment: commentOf(job),
        organization: request.organization,
        workspace: request.workspace,
      }),
  });
  switch (answer.kind) {
    case 'withdrawn':
      return;
    case 'accepted':
      return state.apply.wasAccepted(request.timing.actionSettlesMs);
    case 'paused':
      state.note({ blocker: answer.blocker });
      await untilResumed(job, isWanted);
      return state.note({ blocker: undefined });
    case 'in-doubt':
      state.apply.isInDoubt(answer.why);
      await untilConfirmed(job, request.timing.commitWindowMs, isWanted);
      await readUnless(job, () => !isWanted());
      return state.apply.doubtIsOver();
    case 'refused':
    case 'not-allowed':
    case 'not-seen':
      return await whileNotTaken(job, answer, isWanted);
  }
}

/** A refusal with the run still waiting is the token's or the workspace's trouble: show it, and try again later. */
async function whileNotTaken(job: Job, answer: NotTaken, isWanted: () => boolean): Promise<void> {
  const { state } = job;
  const { pollRefusedMs, pollWorkingMaxMs } = state.request.timing;
  await readUnless(job, () => !isWanted());
  if (!isWanted()) return;
  state.note({ blocker: blockerOf('the apply', answer) });
  await untilConfirmed(job, answer.kind === 'not-seen' ? pollWorkingMaxMs : pollRefusedMs, isWanted);
  state.note({ blocker: undefined });
}

async function untilConfirmed(job: Job, withinMs: number, isWanted: () => boolean): Promise<void> {
  const { state } = job;
  await lookUntil(job, {
    over: () => isPastConfirmation(state.reading) || isFinalRun(state.reading) || !isWanted(),
    pace: 'working',
    look: 'closely',
    waitingFor: 'TFE to confirm the apply',
    deadlineAtMs: Date.now() + withinMs,
    deadlineSummary: 'send the apply again',
  });
}

async function untilResumed(job: Job, isWanted: () => boolean): Promise<void> {
  await lookUntil(job, {
    over: () => job.state.data.blocker === undefined || !isWanted(),
    pace: 'working',
    waitingFor: 'the pause to be lifted',
    pauseIsNews: true,
    mayContinueAsNew: true,
  });
}

function commentOf({ state }: Job): string {
  const { key, approval } = state.request;
  return applyComment({ approvals: state.decisions.approvals, approvers: approval.approvers, key });
}
