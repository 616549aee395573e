import { isFinalRun, isPastConfirmation } from '@runwright/client/domain';
import { applyComment } from '../domain/apply-comment.ts';
import { nextStep } from '../domain/next-step.ts';
import { actOnce, blockerOf, type NotTaken } from './act.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil } from './inbox/look-until.ts';
import { noOtherRunIsConfirmed } from './other-runs.ts';
import { readUnless } from './inbox/read-unless.ts';

/**
 * Sends the apply of the approved run once and reads what became of it. A run past its confirmation is success, however
 * it got there. If TFE did not take the apply and it is still wanted, the workflow comes back here.
 */
export async function confirmApply(context: RequestContext): Promise<void> {
  const { state, steps } = context;
  const { request } = state;
  const runId = state.reading.id;
  const isWanted = (): boolean => nextStep(state.facts).kind === 'apply' && state.reading.id === runId;
  if (!(await noOtherRunIsConfirmed(context, isWanted))) return;
  const answer = await actOnce(context, {
    what: 'apply',
    isWanted,
    mayContinueAsNew: true,
    send: () =>
      steps.applyRun({
        runId,
        comment: commentOf(context),
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
      await untilResumed(context, isWanted);
      return state.note({ blocker: undefined });
    case 'in-doubt':
      state.apply.isInDoubt(answer.why);
      await untilConfirmed(context, request.timing.commitWindowMs, isWanted);
      await readUnless(context, () => !isWanted());
      return state.apply.doubtIsOver();
    case 'refused':
    case 'not-allowed':
    case 'not-seen':
      return await whileNotTaken(context, answer, isWanted);
  }
}

/** TFE refused while the run still waits, so the token or the workspace is at fault: show that, and try again later. */
async function whileNotTaken(context: RequestContext, answer: NotTaken, isWanted: () => boolean): Promise<void> {
  const { state } = context;
  const { pollRefusedMs, pollWorkingMaxMs } = state.request.timing;
  // Show the blocker before the read: what keeps TFE from answering the apply also keeps it from answering the read.
  state.note({ blocker: blockerOf('the apply', answer) });
  await readUnless(context, () => !isWanted());
  await untilConfirmed(context, answer.kind === 'not-seen' ? pollWorkingMaxMs : pollRefusedMs, isWanted);
  state.note({ blocker: undefined });
}

async function untilConfirmed(context: RequestContext, withinMs: number, isWanted: () => boolean): Promise<void> {
  const { state } = context;
  await lookUntil(context, {
    over: () => isPastConfirmation(state.reading) || isFinalRun(state.reading) || !isWanted(),
    pace: 'working',
    look: 'closely',
    waitingFor: 'TFE to confirm the apply',
    deadlineAtMs: Date.now() + withinMs,
    deadlineSummary: 'send the apply again',
  });
}

async function untilResumed(context: RequestContext, isWanted: () => boolean): Promise<void> {
  await lookUntil(context, {
    over: () => context.state.data.blocker === undefined || !isWanted(),
    pace: 'working',
    waitingFor: 'the pause to be lifted',
    pauseIsNews: true,
    mayContinueAsNew: true,
  });
}

function commentOf({ state }: RequestContext): string {
  const { key, approval } = state.request;
  return applyComment({ approvals: state.decisions.approvals, approvers: approval.approvers, key });
}
