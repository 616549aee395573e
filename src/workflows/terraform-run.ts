import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { RunResult } from '../contract/run-view.ts';
import { nextStep, type NextStep } from '../domain/next-step.ts';
import { isFinalRun } from '../domain/run-phase.ts';
import { answerMessages } from './answer-messages.ts';
import { armDeadlines } from './arm-deadlines.ts';
import { awaitEnded } from './await-ended.ts';
import { awaitPeople } from './await-people.ts';
import { awaitPlanned } from './await-planned.ts';
import { conclude, endingError, goneFailure } from './conclude.ts';
import { confirmApply } from './confirm-apply.ts';
import { createRunOnce } from './create-run.ts';
import { Deadlines } from './deadlines.ts';
import { endRun } from './end-run.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { Job } from './job.ts';
import { endOtherRunsInTime } from './other-runs.ts';
import { overridePolicies } from './override-policies.ts';
import { recognizeOwnApply } from './own-apply.ts';
import { prepare } from './prepare.ts';
import type { RunArguments } from './run-snapshot.ts';
import { RunState } from './run-state.ts';
import { showToPeople } from './show-to-people.ts';
import { createSteps } from './steps.ts';

/**
 * One request, one run: brings the configuration to TFE, creates the run once, waits until it is planned, holds it for
 * people, applies it, and reports. `input` is a RunRequestInput, parsed by the first step; `snapshot` comes from
 * continue-as-new. Completes with a RunResult, fails with a FailureType, or ends as Canceled.
 *
 * The story is one line of events: it stands still in one place (stand-still.ts), and there takes in what has come from
 * outside. A cancellation is one of those things, so nothing of the story is in a scope that Temporal cancels.
 */
export async function terraformRun(...[input, snapshot]: RunArguments): Promise<RunResult> {
  // A second argument counts only where we wrote it: whoever starts a workflow by hand may send anything.
  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : snapshot;
  const state = new RunState(carried, workflowInfo().startTime);
  answerMessages(state);
  showToPeople(state);
  const deadlines = new Deadlines(state.inbox, (deadline) => state.times.pass(deadline));
  const job: Job = { state, deadlines, steps: createSteps(workflowInfo().taskQueue) };
  CancellationScope.current().cancelRequested.catch(() => state.inbox.put(() => state.cancel()));
  return await CancellationScope.nonCancellable(async () => {
    try {
      if (carried === undefined) await prepare(job, input);
      return await performRun(job);
    } catch (error) {
      throw endingError(job, error);
    } finally {
      state.inbox.close();
      state.decisions.weighEarly();
      await condition(allHandlersFinished);
    }
  });
}

/** From the creation of the run to its end: each turn takes the run one step on, from wherever it is. */
async function performRun(job: Job): Promise<RunResult> {
  const { state } = job;
  await createRunOnce(job);
  for (;;) {
    if (isTooLong(job)) await startAfresh(job);
    await recognizeOwnApply(job);
    armDeadlines(job);
    const next = nextStep(state.facts);
    if (next.kind !== 'done') await takeStep(job, next);
    else if (await isSettled(job)) return await conclude(job);
  }
}

async function takeStep(job: Job, next: Exclude<NextStep, { kind: 'done' }>): Promise<void> {
  switch (next.kind) {
    case 'plan':
      return await awaitPlanned(job);
    case 'people':
      return await awaitPeople(job);
    case 'override':
      return await overridePolicies(job);
    case 'apply':
      return await confirmApply(job);
    case 'end':
      return await endRun(job, next.for);
    case 'finish':
      return await awaitEnded(job);
    case 'give-up':
      throw goneFailure(job);
  }
}

/** After a doubt the request's other runs are ended too, or one of them is followed. */
async function isSettled(job: Job): Promise<boolean> {
  const { state } = job;
  const settled = await endOtherRunsInTime(job);
  if (settled === 'refused' || settled === 'given-up') {
    state.warn(
      `TFE was not able to say whether a lost request had created a second run (${state.data.blocker ?? 'no answer'}): if there is one, nobody approved it, and the reaper ends it`,
    );
    state.note({ blocker: undefined });
  }
  return isFinalRun(state.reading);
}
