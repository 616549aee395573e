import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { RunReading, RunResult } from '@runwright/client/contract';
import { isFinalRun } from '@runwright/client/domain';
import { nextStep, type NextStep } from '../domain/next-step.ts';
import { answerMessages } from './inbox/answer-messages.ts';
import { armDeadlines } from './inbox/arm-deadlines.ts';
import { awaitEnded } from './await-ended.ts';
import { awaitPeople } from './await-people.ts';
import { awaitPlanned } from './await-planned.ts';
import { conclude, endingError, goneFailure } from './conclude.ts';
import { confirmApply } from './confirm-apply.ts';
import { createRunOnce } from './create-run.ts';
import { Deadlines } from './inbox/deadlines.ts';
import { endRun } from './end-run.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { RequestContext } from './request-context.ts';
import { endOtherRunsInTime, notEndedOf } from './other-runs.ts';
import { overridePolicies } from './override-policies.ts';
import { recognizeOwnApply } from './own-apply.ts';
import { prepare } from './prepare.ts';
import type { RunArguments } from './state/run-snapshot.ts';
import { RunState } from './state/run-state.ts';
import { showToPeople } from './state/show-to-people.ts';
import { createSteps } from './steps.ts';

/**
 * One request, one run: brings the configuration to TFE, creates the run once, waits until it is planned, holds it for
 * people, applies it, and reports. `input` is a RunRequestInput, parsed by the first step; `snapshot` comes from
 * continue-as-new. Completes with a RunResult, fails with a FailureType, or ends as Canceled. The workflow is one line
 * of events: it stands still in one place (stand-still.ts) and there takes in what has come from outside. A
 * cancellation is one of those events, so no part of the workflow is in a scope that Temporal cancels.
 */
export async function terraformRun(...[input, snapshot]: RunArguments): Promise<RunResult> {
  // We trust a second argument only if we wrote it: a person who starts a workflow by hand may send anything.
  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : snapshot;
  const state = new RunState(carried, workflowInfo().startTime);
  answerMessages(state);
  showToPeople(state);
  const deadlines = new Deadlines(state.inbox, (deadline) => state.times.pass(deadline));
  const context: RequestContext = { state, deadlines, steps: createSteps(workflowInfo().taskQueue) };
  CancellationScope.current().cancelRequested.catch(() => state.inbox.put(() => state.cancel()));
  return await CancellationScope.nonCancellable(async () => {
    try {
      if (carried === undefined) await prepare(context, input);
      return await performRun(context);
    } catch (error) {
      throw endingError(context, error);
    } finally {
      state.inbox.close();
      state.decisions.weighEarly();
      await condition(allHandlersFinished);
    }
  });
}

/** From the creation of the run to its end: each turn takes the run one step on, from wherever it is. */
async function performRun(context: RequestContext): Promise<RunResult> {
  const { state } = context;
  await createRunOnce(context);
  for (;;) {
    if (isTooLong(context)) await startAfresh(context);
    await recognizeOwnApply(context);
    armDeadlines(context);
    const next = nextStep(state.facts);
    if (next.kind !== 'done') await takeStep(context, next);
    else {
      const notEnded = await endWhatIsLeft(context);
      if (isFinalRun(state.reading)) return await conclude(context, notEnded);
    }
  }
}

async function takeStep(context: RequestContext, next: Exclude<NextStep, { kind: 'done' }>): Promise<void> {
  switch (next.kind) {
    case 'plan':
      return await awaitPlanned(context);
    case 'people':
      return await awaitPeople(context);
    case 'override':
      return await overridePolicies(context);
    case 'apply':
      return await confirmApply(context);
    case 'end':
      return await endRun(context, next.for);
    case 'finish':
      return await awaitEnded(context);
    case 'give-up':
      throw goneFailure(context);
  }
}

/** After a doubt, ends the request's other runs, or follows one of them. Returns those that TFE did not end. */
async function endWhatIsLeft(context: RequestContext): Promise<readonly RunReading[]> {
  const { state } = context;
  const settled = await endOtherRunsInTime(context);
  if (settled.kind === 'refused' || settled.kind === 'given-up') {
    state.warn(
      `TFE was not able to say whether a lost request had created a second run (${state.data.blocker ?? 'no answer'}): if there is one, nobody approved it, and the reaper ends it`,
    );
    state.note({ blocker: undefined });
  }
  return notEndedOf(settled);
}
