import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import type { Changed, FailureFacts, FailureType, RunReading, RunResult } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation } from '@runwright/client/domain';
import { endingOf, type Ending } from '../domain/outcome.ts';
import type { RequestContext } from './request-context.ts';
import { pick } from './pick.ts';
import { Alarm, LAST_LOOK_MS } from './inbox/alarm.ts';
import { readNow } from './inbox/read-unless.ts';
import type { RunState } from './state/run-state.ts';
import { failureType } from './settled.ts';
import { ask, askUnless } from './inbox/stand-still.ts';
import { countsOf, runUrlOf } from './state/view-of.ts';

/** Thrown inside the workflow when a cancellation is complete and nothing is left to report. */
export class RequestCanceled extends Error {
  override readonly name = 'RequestCanceled';
}

/** Turns the final run into the request's result, or throws its failure. `notEnded` are its other runs that are not. */
export async function conclude(context: RequestContext, notEnded: readonly RunReading[]): Promise<RunResult> {
  const { state } = context;
  const ending = endingOf(state.reading, state.data.acts, state.reading.apply && countsOf(state.reading.apply));
  if (state.reading.status === 'applied') await collectOutputs(context);
  switch (ending.kind) {
    case 'canceled':
      throw await canceledUnlessLeft(context, notEnded);
    case 'failure':
      throw await failureOf(context, ending);
    case 'outcome':
      return complete(state, ending);
  }
}

/** Who reads "canceled" believes that nothing is left: a run that could not be ended is named instead. */
export async function canceledUnlessLeft(context: RequestContext, notEnded: readonly RunReading[]): Promise<Error> {
  const left = await readOnceMore(context, notEnded);
  const [first] = left;
  if (first === undefined) return new RequestCanceled();
  return failRequest(context, {
    type: 'cleanup-incomplete',
    message: left.map(whatIsLeft).join('; '),
    ...(left.some(isPastConfirmation) && { changed: 'unknown' as const }),
    left: first,
  });
}

const whatIsLeft = (run: RunReading): string =>
  isPastConfirmation(run)
    ? `somebody confirmed run ${run.id}, a second one of this request, and TFE says it is ${run.status}`
    : `run ${run.id}, a second one of this request, is still ${run.status} in TFE after the cleanup time: end it there`;

/** Those that TFE has not ended unapplied meanwhile. One that does not answer in time counts as it was seen last. */
async function readOnceMore(context: RequestContext, runs: readonly RunReading[]): Promise<RunReading[]> {
  const { state } = context;
  if (runs.length === 0) return [];
  const lastLook = new Alarm(state.inbox, { atMs: Date.now() + LAST_LOOK_MS, summary: 'a last look at what is left' });
  const left: RunReading[] = [];
  for (const run of runs) {
    const news = await askUnless(state.inbox, readNow(context, run.id), () => lastLook.hasRung);
    const reading = news === 'given-up' ? run : (news.reading ?? run);
    if (!isFinalRun(reading) || isPastConfirmation(reading)) left.push(reading);
    else state.warn(`run ${run.id} was ended unapplied after all (${reading.status})`);
  }
  lastLook.stop();
  return left;
}

function complete(state: RunState, ending: Extract<Ending, { kind: 'outcome' }>): RunResult {
  const { data, reading } = state;
  state.complete(ending.outcome);
  const by = reading.confirmedBy ?? reading.canceledBy;
  const elsewhere = ending.outcome === 'confirmed-elsewhere' || ending.outcome === 'canceled';
  return {
    key: state.request.key,
    outcome: ending.outcome,
    runId: reading.id,
    runUrl: runUrlOf(state),
    status: reading.status,
    changed: ending.changed,
    reason: reasonOf(state, ending),
    ...(elsewhere && by !== undefined && { by }),
    ...(reading.plan && { plan: reading.plan }),
    ...(reading.apply && { apply: countsOf(reading.apply) }),
    ...pick(data, 'configurationVersionId', 'stateVersionId', 'outputs'),
    decisions: data.decisions,
    warnings: data.warnings,
    ...(state.canceled && { cancelRequested: true as const }),
  };
}

function reasonOf({ decisions }: RunState, ending: Extract<Ending, { kind: 'outcome' }>): string {
  if (ending.outcome !== 'rejected') return ending.reason;
  const { rejection } = decisions;
  return rejection?.comment ? `rejected by ${rejection.by}: ${rejection.comment}` : `rejected by ${rejection?.by}`;
}

/** Reads the outputs of this apply. A failure to read them is a warning only: the apply has happened. */
async function collectOutputs({ steps, state }: RequestContext): Promise<void> {
  const stateVersionId = state.reading.apply?.stateVersionId;
  state.note({ waitingFor: 'TFE to read the outputs out of the state' });
  try {
    const step = steps.readOutputs({
      workspaceId: state.data.workspaceId!,
      runId: state.reading.id,
      ...(stateVersionId && { stateVersionId }),
      timing: state.request.timing,
    });
    const answer = await ask(state.inbox, step);
    state.takeOutputs(answer.outputs, answer.stateVersionId);
    if (answer.warning) state.warn(answer.warning);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    state.warn(`the outputs could not be read: ${error.cause?.message ?? error.message}`);
  }
  state.note({ waitingFor: undefined });
}

async function failureOf(
  context: RequestContext,
  ending: Extract<Ending, { kind: 'failure' }>,
): Promise<ApplicationFailure> {
  const { optionIgnored } = context.state.data;
  const message = ending.type === 'option-ignored' ? (optionIgnored ?? ending.message) : ending.message;
  const of = ending.type === 'plan-errored' ? 'plan' : ending.type === 'apply-errored' ? 'apply' : undefined;
  return failRequest(context, { ...ending, message, ...(of && (await whatBroke(context, of))) });
}

/**
 * Names the phase whose log says why, and the error summaries that TFE gives. Without them the failure is still
 * reported.
 */
async function whatBroke({ steps, state }: RequestContext, of: 'plan' | 'apply'): Promise<WhatBroke> {
  const { planId, applyId } = state.reading;
  const id = of === 'plan' ? planId : applyId;
  if (id === undefined) return {};
  const named = of === 'plan' ? { planId: id } : { applyId: id };
  try {
    const { sealedLogUrl } = await ask(state.inbox, steps.readLogAddress({ of, id }));
    if (sealedLogUrl === undefined) return named;
    const { errors } = await ask(state.inbox, steps.readErrorSummaries({ sealedLogUrl }));
    return errors.length === 0 ? named : { ...named, errors };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return named;
  }
}

type WhatBroke = Pick<FailureFacts, 'planId' | 'applyId' | 'errors'>;

/** The typed failure of a request, with what is known of its run, or of the one that is left. */
export function failRequest(
  { state }: RequestContext,
  failure: { type: FailureType; message: string; changed?: Changed; faults?: string[]; left?: RunReading } & WhatBroke,
): ApplicationFailure {
  const { data } = state;
  const run = failure.left ?? data.reading;
  const changed = failure.changed ?? changedSoFar(state);
  state.fail({ type: failure.type, message: failure.message, changed });
  const facts: FailureFacts = {
    ...(data.accepted && { key: data.accepted.request.key }),
    ...(run && { runId: run.id, runUrl: runUrlOf(state, run), status: run.status }),
    changed,
    ...pick(failure, 'planId', 'applyId', 'errors', 'faults'),
    ...(state.canceled && { cancelRequested: true as const }),
  };
  return ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: true,
    details: [facts],
  });
}

/** TFE no longer shows the run, and nobody knows how it ended. */
export const goneFailure = (context: RequestContext): ApplicationFailure =>
  failRequest(context, {
    type: 'cleanup-incomplete',
    message: `TFE has not shown run ${context.state.reading.id} any more since ${new Date(context.state.data.goneSinceMs ?? 0).toISOString()}: see there what became of it`,
    changed: 'unknown',
  });

function changedSoFar({ data }: RunState): Changed {
  if (data.reading === undefined) return 'nothing';
  // A server without timestamps does not show that an ended run was confirmed. Then we rely on having sent the apply.
  if (!isPastConfirmation(data.reading) && !data.acts.applySent) return 'nothing';
  return isFinalRun(data.reading) && data.reading.status === 'applied' ? 'something' : 'unknown';
}

/** The error that ends the execution when the workflow threw: Canceled, a typed failure, or the bug itself. */
export function endingError(context: RequestContext, error: unknown): unknown {
  if (error instanceof RequestCanceled) {
    context.state.enter('finished');
    return new CancelledFailure('the request was canceled');
  }
  const type = failureType(error);
  if (type === undefined || context.state.data.failure !== undefined) return error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const details = cause instanceof ApplicationFailure ? (cause.details?.[0] as FailureFacts | undefined) : undefined;
  return failRequest(context, {
    type,
    message: cause instanceof Error ? cause.message : type,
    ...(details?.faults && { faults: details.faults }),
  });
}
