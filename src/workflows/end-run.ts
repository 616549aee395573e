import { workflowInfo } from '@temporalio/workflow';
import type { RunReading } from '@runwright/client/contract';
import { isFinalRun, nameInLine, phaseOfRun, quotedText, whoCanceled } from '@runwright/client/domain';
import type { News } from '../activities/watch-run.ts';
import { nextStep } from '../domain/next-step.ts';
import type { EndedFor } from '../domain/outcome.ts';
import { actOnce, blockerOf } from './act.ts';
import { Alarm, LAST_LOOK_MS } from './inbox/alarm.ts';
import { armDeadlines } from './inbox/arm-deadlines.ts';
import { failRequest, goneFailure } from './conclude.ts';
import type { RequestContext } from './request-context.ts';
import { readNow, readUnless } from './inbox/read-unless.ts';
import { askUnless } from './inbox/stand-still.ts';
import { takeNews } from './state/take-news.ts';

/**
 * One round of ending the request's run: asks TFE and reads what became of it. Never forces. The workflow comes back
 * here until the run is final. After the cleanup time it gives the run up and reports what TFE says of it then.
 */
export async function endRun(context: RequestContext, endedFor: EndedFor): Promise<void> {
  const { state } = context;
  state.beginEnding(endedFor);
  armDeadlines(context);
  const isToBeEnded = (): boolean => nextStep(state.facts).kind === 'end';
  if (!state.times.hasPassed('cleanup')) {
    return await endOnce(context, {
      reading: () => state.reading,
      take: (news) => takeNews(state, news),
      comment: commentOf(context, endedFor),
      isWanted: () => isToBeEnded() && !state.times.hasPassed('cleanup'),
    });
  }
  const lastLook = new Alarm(state.inbox, { atMs: Date.now() + LAST_LOOK_MS, summary: 'a last look at the run' });
  await readUnless(context, () => lastLook.hasRung);
  lastLook.stop();
  if (!isToBeEnded()) return;
  if (state.data.goneSinceMs !== undefined) throw goneFailure(context);
  throw failRequest(context, {
    type: 'cleanup-incomplete',
    message: `run ${state.reading.id} is still ${state.reading.status} in TFE after the cleanup time: end it there`,
  });
}

/** A run to be ended: the request's own or another one. */
export interface ToBeEnded {
  /** As it was read last. */
  reading: () => RunReading;
  take: (news: News) => void;
  /** TFE shows it beside the act. */
  comment: string;
  isWanted: () => boolean;
}

/**
 * Asks TFE once to end a run, then looks until the run has ended, TFE offers another way, or it is time to ask again.
 */
export async function endOnce(context: RequestContext, run: ToBeEnded): Promise<void> {
  const { steps, state } = context;
  const before = run.reading();
  const action = endingActionOf(before);
  const isOver = (): boolean =>
    !run.isWanted() || isFinalRun(run.reading()) || endingActionOf(run.reading()) !== action;
  const { actionSettlesMs, pollRefusedMs, pollWorkingMaxMs } = state.request.timing;
  if (action === 'wait') return await lookClosely(context, run, { isOver, forMs: actionSettlesMs });
  const send = action === 'discard' ? steps.discardRun : steps.cancelRun;
  const answer = await actOnce(context, {
    what: action,
    isWanted: run.isWanted,
    send: () => send({ runId: before.id, comment: run.comment }),
  });
  switch (answer.kind) {
    case 'withdrawn':
      return;
    case 'accepted':
      return await lookClosely(context, run, { isOver, forMs: actionSettlesMs });
    case 'in-doubt':
      state.note({ inDoubt: `${action}: ${answer.why}` });
      await lookClosely(context, run, { isOver, forMs: actionSettlesMs });
      return state.note({ inDoubt: undefined });
    case 'refused':
    case 'not-allowed':
    case 'not-seen':
      // Show the blocker before the read: what keeps TFE from answering the act also keeps it from answering the read.
      state.note({ blocker: blockerOf(`to ${action} run ${before.id}`, answer) });
      await readOnce(context, run, isOver);
      await lookClosely(context, run, { isOver, forMs: answer.kind === 'not-seen' ? pollWorkingMaxMs : pollRefusedMs });
      return state.note({ blocker: undefined });
  }
}

async function readOnce(context: RequestContext, run: ToBeEnded, isOver: () => boolean): Promise<void> {
  const news = await askUnless(context.state.inbox, readNow(context, run.reading().id), isOver);
  if (news !== 'given-up') run.take(news);
}

/** Looks at a run ahead of all waiting looks, until it is over, or until a look after `forMs` has shown it. */
async function lookClosely(
  context: RequestContext,
  run: Pick<ToBeEnded, 'reading' | 'take'>,
  { isOver, forMs }: { isOver: () => boolean; forMs: number },
): Promise<void> {
  const { state, steps } = context;
  const waitStartedAtMs = Date.now();
  state.note({ waitingFor: 'TFE to end the run' });
  for (let settled = false; !settled && !isOver();) {
    const { blocker } = state.data;
    const step = steps.watchClosely({
      runId: run.reading().id,
      workspaceId: state.data.workspaceId ?? '',
      firstExecutionRunId: workflowInfo().firstExecutionRunId,
      known: { phase: phaseOfRun(run.reading()), ...(blocker && { blocker }) },
      pace: 'working',
      waitStartedAtMs,
      settlesAtMs: waitStartedAtMs + forMs,
      timing: state.request.timing,
    });
    const news = await askUnless(state.inbox, step, isOver);
    if (news === 'given-up') break;
    run.take(news);
    settled = news.settled === true;
    armDeadlines(context);
  }
  state.note({ waitingFor: undefined });
}

/** What TFE allows now; the flags decide, never the status. */
const endingActionOf = (run: RunReading): 'discard' | 'cancel' | 'wait' => {
  if (run.actions.discardable) return 'discard';
  return run.actions.cancelable ? 'cancel' : 'wait';
};

const reasonOf = (comment: string | undefined): string =>
  comment === undefined ? 'no reason given' : quotedText(comment);

function commentOf({ state }: RequestContext, endedFor: EndedFor): string {
  const { key } = state.request;
  const decider = state.decisions.rejection;
  switch (endedFor) {
    case 'rejected':
      return `Rejected by ${nameInLine(decider?.by ?? 'an approver')}: ${reasonOf(decider?.comment)} (request ${key})`;
    case 'expired':
      return `Nobody decided in time (request ${key}).`;
    case 'deadline':
      return `A deadline of request ${key} has passed.`;
    case 'canceled':
      return `Request ${key} was canceled${whoCanceled(state.data.cancellation)}.`;
    case 'confirmed-elsewhere':
      return `Confirmed outside of request ${key}, whose policy interrupts that.`;
    case 'option-ignored':
      return `This run does not carry the options that request ${key} asked for.`;
  }
}
