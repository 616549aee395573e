import { allHandlersFinished, CancellationScope, condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RunResult } from '../contract/run-view.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import { afterResults } from './after-results.ts';
import { answerMessages } from './answer-messages.ts';
import { conclude, endingError, failRequest, RequestCanceled } from './conclude.ts';
import { confirmApply } from './confirm-apply.ts';
import { createRunOnce, endLateRuns } from './create-run.ts';
import { endRun } from './end-run.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { Job } from './job.ts';
import { lookUntil, type Wait } from './look-until.ts';
import { overridePolicies } from './override-policies.ts';
import { recognizeOwnApply } from './own-apply.ts';
import { prepare } from './prepare.ts';
import type { RunSnapshot } from './run-snapshot.ts';
import { RunState } from './run-state.ts';
import { showToPeople } from './show-to-people.ts';
import { createSteps } from './steps.ts';

/**
 * One request, one run: brings the configuration to TFE, creates the run once, waits until it is planned, holds it for
 * people, applies it, and reports. `input` is a RunRequestInput, parsed by the first step; `snapshot` comes from
 * continue-as-new. Completes with a RunResult, fails with a FailureType, or ends as Canceled.
 */
export async function terraformRun(input: unknown, snapshot?: RunSnapshot): Promise<RunResult> {
  // A second argument counts only where we wrote it: whoever starts a workflow by hand may send anything.
  const carried = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : snapshot;
  const state = new RunState(carried, workflowInfo().startTime);
  answerMessages(state);
  showToPeople(state);
  const job: Job = { state, steps: createSteps(workflowInfo().taskQueue) };
  const noticeLate = noticeCancellation(state);
  try {
    if (carried === undefined) await prepare(job, input);
    noticeLate();
    return await CancellationScope.nonCancellable(() => performRun(job));
  } catch (error) {
    const canceledBeforeTheRun = isCancellation(error) && state.cancelRequested === 'yes';
    throw endingError(job, canceledBeforeTheRun ? new RequestCanceled() : error);
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** From the creation of the run to its end. Each part returns at once when the run is already past it. */
async function performRun(job: Job): Promise<RunResult> {
  const { state } = job;
  if (state.data.reading === undefined) await createRunOnce(job);
  // A run may go back a step: to its plan after an override, or because a read lags behind an earlier one.
  while (!isFinalRun(state.reading)) await advance(job);
  await endLateRuns(job);
  if (state.reading.status === 'applied') await recognizeOwnApply(job);
  return await conclude(job);
}

/** Takes the run on from wherever it is, to its end or as far as it goes. Waits for something in every case. */
async function advance(job: Job): Promise<void> {
  const { state } = job;
  if (isTooLong(job)) await startAfresh(job);
  await awaitPlanned(job);
  await awaitVerdict(job);
  if (isOverrideDue(state)) return await overridePolicies(job);
  if (state.decisions.verdict === 'approved') await confirmApply(job);
  await endWhereDue(job);
  if (isForPeople(state)) return; // held or checked again: nothing of the apply counts yet
  await awaitEnded(job);
}

/** Until the run waits for people, is being applied, or has ended; a passed deadline ends it. */
async function awaitPlanned(job: Job): Promise<void> {
  const { state } = job;
  const { deadlines } = state.request;
  const canceled = () => state.cancelRequested === 'yes';
  // A deadline of a phase wants its beginning seen.
  const quiet = deadlines.queueMs === undefined && deadlines.planMs === undefined ? ({ quiet: 'yes' } as const) : {};
  const queued = await awaitPlanning(job, {
    over: () => canceled() || state.phase !== 'queued',
    pace: 'working',
    waitingFor: 'TFE to start the plan',
    ...quiet,
    deadlineAtMs: deadlines.queueMs && state.data.acceptedAtMs + deadlines.queueMs,
    deadlineSummary: 'queue deadline',
    mayContinueAsNew: 'yes',
  });
  if (queued === 'deadline') return await endForDeadline(job, 'queue');
  if (canceled() || !isPlanning(state)) return;
  const planned = await lookUntil(job, {
    over: () => canceled() || !isPlanning(state),
    pace: 'working',
    waitingFor: 'the plan to finish',
    ...quiet,
    deadlineAtMs: state.deadlineAtMs('plan', deadlines.planMs),
    deadlineSummary: 'plan deadline',
    mayContinueAsNew: 'yes',
  });
  if (planned === 'deadline') await endForDeadline(job, 'plan');
}

// Checks that follow an override are waited for with the people who are to approve.
const isPlanning = ({ phase, data }: RunState): boolean =>
  phase === 'queued' || phase === 'planning' || (phase === 'checking' && data.expiresAtMs === undefined);

// A list budget of 30 a minute is shared by all requests: a queue of hours is looked through a few times.
const SLOWEST_LOOK_UP_MS = 15 * 60_000;

/**
 * Until TFE starts the plan. After a doubt the run may be queued behind a second run of this very request, which waits
 * for people for ever: so it is looked for again and again, each time after twice as long. Without a doubt, only where
 * the run that holds the workspace is seen to be one.
 */
async function awaitPlanning(job: Job, wait: Wait): Promise<'over' | 'deadline'> {
  const { state } = job;
  if (state.data.doubt === 'never') {
    const ended = await lookUntil(job, { ...wait, over: () => wait.over() || state.data.doubt === 'once' });
    if (ended === 'deadline' || wait.over()) return ended;
    await endLateRuns(job);
  }
  const deadlineAtMs = wait.deadlineAtMs ?? Infinity;
  for (let pauseMs = state.request.timing.commitWindowMs; ; pauseMs = Math.min(2 * pauseMs, SLOWEST_LOOK_UP_MS)) {
    const lookUpAtMs = Date.now() + pauseMs;
    const isLast = deadlineAtMs <= lookUpAtMs;
    const nextAtMs = isLast ? deadlineAtMs : lookUpAtMs;
    const deadlineSummary = isLast ? wait.deadlineSummary : 'look for a second run of this request';
    const ended = await lookUntil(job, {
      ...wait,
      deadlineAtMs: nextAtMs,
      ...(deadlineSummary && { deadlineSummary }),
    });
    if (ended === 'over' || isLast) return ended;
    await endLateRuns(job);
  }
}

// A policy or task may hold the apply too, when nobody is asked for an approval any more.
const isHeldApply = ({ phase, reading }: RunState): boolean =>
  phase === 'awaiting-override' && isPastConfirmation(reading);

const isForPeople = (state: RunState): boolean =>
  state.phase === 'awaiting-confirmation' ||
  state.phase === 'checking' ||
  (state.phase === 'awaiting-override' && !isHeldApply(state));

// What is approved does not expire, however long TFE refuses the apply.
const isToBeApplied = ({ decisions, phase }: RunState): boolean =>
  decisions.verdict === 'approved' && phase === 'awaiting-confirmation';

function isOverrideDue(state: RunState): boolean {
  const { decisions, cancelRequested } = state;
  if (decisions.pendingOverride === undefined) return false;
  if (isHeldApply(state)) return true; // an apply goes on, also where the request is canceled
  return cancelRequested === 'no' && (decisions.verdict === 'pending' || decisions.verdict === 'approved');
}

const DECISION = { pace: 'people', waitingFor: 'people to decide' } as const;

/** Until people have decided, or the run is not theirs to decide any more. */
async function awaitVerdict(job: Job): Promise<void> {
  const { state } = job;
  if (!isForPeople(state) || isToBeApplied(state)) return;
  const { expiresAtMs = Date.now() + state.request.deadlines.approvalMs } = state.data;
  state.note({ expiresAtMs });
  // An override that TFE does not take ends the wait below at once: the approval expires all the same.
  if (state.decisions.verdict === 'pending' && Date.now() >= expiresAtMs) {
    state.data.acts.endedFor = 'expired';
    return;
  }
  const ended = await lookUntil(job, {
    over: () =>
      state.cancelRequested === 'yes' ||
      !isForPeople(state) ||
      state.decisions.verdict === 'rejected' ||
      state.decisions.pendingOverride !== undefined ||
      isToBeApplied(state),
    ...(state.decisions.verdict === 'pending'
      ? { ...DECISION, deadlineAtMs: expiresAtMs, deadlineSummary: 'the approval expires' }
      : { pace: 'working', waitingFor: 'what holds the approved run' }),
    mayContinueAsNew: 'yes',
  });
  if (ended === 'deadline' && state.decisions.verdict === 'pending') state.data.acts.endedFor = 'expired';
}

/** Ends the run where people, a deadline, a cancellation or the policy want that. */
async function endWhereDue(job: Job): Promise<void> {
  const { state } = job;
  const { approval, cancelDuringApply } = state.request;
  if (isFinalRun(state.reading)) return;
  if (state.phase === 'applying' || isHeldApply(state)) {
    await recognizeOwnApply(job);
    const elsewhere = state.data.acts.apply === 'not-sent' && state.decisions.verdict !== 'approved';
    if (elsewhere && approval.confirmedElsewhere === 'interrupt') await endOrFail(job, 'confirmed-elsewhere');
    else if (state.cancelRequested === 'yes' && cancelDuringApply === 'interrupt') await endOrFail(job, 'canceled');
    return;
  }
  if (state.cancelRequested === 'yes') return await endOrFail(job, 'canceled');
  if (state.decisions.verdict === 'rejected') return await endOrFail(job, 'rejected');
  if (state.decisions.verdict === 'expired') return await endOrFail(job, 'expired');
}

/** Until the run has ended. A cancellation or a deadline interrupts the apply only as the request says. */
async function awaitEnded(job: Job): Promise<void> {
  const { state } = job;
  const { deadlines, cancelDuringApply } = state.request;
  const interrupted = () => state.cancelRequested === 'yes' && cancelDuringApply === 'interrupt';
  // Once the run was to be ended and somebody had confirmed it, it is theirs: no deadline of ours ends it.
  const applyMs = state.phase === 'cleaning-up' ? undefined : deadlines.applyMs;
  const ended = await lookUntil(job, {
    over: () =>
      isFinalRun(state.reading) || interrupted() || state.phase === 'awaiting-confirmation' || isOverrideDue(state),
    pace: 'working',
    waitingFor: 'the apply to finish',
    quiet: 'yes',
    deadlineAtMs: state.deadlineAtMs('apply', applyMs),
    deadlineSummary: 'apply deadline',
    mayContinueAsNew: 'yes',
  });
  if (ended === 'deadline') await endOrFail(job, 'deadline');
  else if (!isFinalRun(state.reading) && interrupted()) await endOrFail(job, 'canceled');
}

async function endForDeadline(job: Job, deadline: 'queue' | 'plan'): Promise<void> {
  job.state.warn(`the ${deadline} deadline has passed: the run is ended`);
  await endOrFail(job, 'deadline');
}

async function endOrFail(job: Job, endedFor: Parameters<typeof endRun>[1]): Promise<void> {
  if ((await endRun(job, endedFor)) !== 'given-up') return;
  throw failRequest(job, {
    type: 'cleanup-incomplete',
    message: `run ${job.state.reading.id} is still ${job.state.reading.status} in TFE after the cleanup time: end it there`,
  });
}

/**
 * The story after `prepare` runs in a non-cancellable scope and looks at this between its steps and in every wait. During
 * `prepare` a cancellation ends the step itself, so it is noticed at once; call what is returned afterwards.
 */
function noticeCancellation(state: RunState): () => void {
  let isPreparing = true;
  const notice = (): void => {
    state.cancelRequested = 'yes';
    state.onChange('detail');
  };
  CancellationScope.current().cancelRequested.catch(() => (isPreparing ? notice() : afterResults(state, notice)));
  return () => void (isPreparing = false);
}
