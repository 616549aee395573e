import { activityInfo, cancellationSignal, log } from '@temporalio/activity';
import { taskQueueOf, WORKFLOW_TYPE } from '@runwright/client/contract';
import { whyNoRequest, whyNotThisRun, type Caller, type GuardedAct, type Shut } from '../domain/gate.ts';
import type { Run } from '../tfe/resources/runs.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { certainAnswer } from './certain-answer.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** Nothing was sent: what we must know before an act could not be read, or it forbids the act. */
export type NotSent =
  /** TFE refuses to show the run. */
  | { kind: 'refused'; message: string }
  | { kind: 'later'; retryAfterMs: number }
  /** TFE or Temporal gave no answer, so we do not know whose run it is. */
  | { kind: 'not-seen'; why: string }
  /** The act was no longer wanted. */
  | { kind: 'withdrawn' }
  /** The caller may not act on this run. */
  | ({ kind: 'not-allowed' } & Shut);

export type GateAnswer = { kind: 'open'; run: Run; caller: Required<Caller> } | NotSent;

interface Asked {
  runId: string;
  act: GuardedAct;
  /** Another reason against the act, checked once the run is known to be the caller's. */
  unless?: (run: Run) => Promise<Shut | undefined>;
}

/**
 * The gate stands where the token is (docs/adr/0013). An act on a run is sent only for the request that made the run,
 * as Temporal and TFE show both in this very attempt. It believes nothing of the activity's input.
 */
export async function passGate(deps: ActivityDeps, asked: Asked): Promise<GateAnswer> {
  const { runId, act } = asked;
  const own = { ...deps, workflowType: WORKFLOW_TYPE, taskQueue: taskQueueOf(deps.installation) };
  try {
    const caller = await callerOf(deps);
    const stranger = whyNoRequest(caller, own);
    if (stranger !== undefined) return refuse(runId, stranger);
    const known = caller as Required<Caller>;
    const run = await withHeartbeat((signal) => deps.tfe.runs.read(runId, { signal }));
    const why = whyNotThisRun(act, run, known, own);
    const notProven = why === 'unmarked' ? await whyUnproven(deps, run) : why;
    const shut = notProven ?? (await asked.unless?.(run));
    return shut === undefined ? { kind: 'open', run, caller: known } : refuse(runId, shut);
  } catch (error) {
    return notSeen(error);
  }
}

/** Warns the operator of the worker: this is a mistake in Runwright, or an attempt to act without permission. */
function refuse(runId: string, { because, message }: Shut): NotSent {
  log.warn('an act on a run is refused: whoever asks for it may not', { because, runId, reason: message });
  return { kind: 'not-allowed', because, message };
}

async function callerOf({ liveness }: ActivityDeps): Promise<Caller> {
  const { workflowExecution, workflowType = 'none' } = activityInfo();
  const workflowId = workflowExecution?.workflowId ?? '';
  const { state, taskQueue, firstExecutionRunId } = await liveness(workflowId);
  if (state !== 'running') return { workflowType, workflowId };
  return {
    workflowType,
    workflowId,
    ...(taskQueue !== undefined && { taskQueue }),
    ...(firstExecutionRunId !== undefined && { firstExecutionRunId }),
  };
}

/** For a server that keeps no messages: reads Temporal's own record of what this workflow has made. */
async function whyUnproven({ wasMadeBy }: ActivityDeps, run: Run): Promise<Shut | undefined> {
  const { id: runId, configurationVersionId } = run;
  const made = { runId, ...(configurationVersionId && { configurationVersionId }) };
  if (await wasMadeBy(activityInfo().workflowExecution!, made)) return undefined;
  const message = `run ${runId} carries no marker, and stands on no configuration version that this request made`;
  return { because: 'unproven', message };
}

function notSeen(error: unknown): NotSent {
  if (cancellationSignal().aborted) return { kind: 'withdrawn' };
  if (!(error instanceof TfeError)) return { kind: 'not-seen', why: 'Temporal does not say who asks for it' };
  const answer = certainAnswer(error);
  return answer.kind === 'no-answer' ? { kind: 'not-seen', why: answer.why } : answer;
}
