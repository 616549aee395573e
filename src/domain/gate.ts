import { lifeOf, readMarker, type RunMarker } from './run-marker.ts';

/** Who asks for an act on a run, according to Temporal. Nothing here comes from an activity's input. */
export interface Caller {
  workflowType: string;
  workflowId: string;
  /** Of the workflow with that id, if it runs. */
  taskQueue?: string;
  firstExecutionRunId?: string;
}

/** What the gate knows of its own installation. */
export interface OwnInstallation {
  installation: string;
  namespaceId: string;
  /** Of the workflows of its requests. */
  workflowType: string;
  taskQueue: string;
}

/** Why the gate stays shut. */
export type GateRefusal =
  /** The caller is not a request of this installation. */
  | 'not-a-request'
  /** The run belongs to another request, or to none. */
  | 'another-run'
  /** An earlier life of this request, forgotten by Temporal, made the run: it may be ended, never applied. */
  | 'earlier-life'
  /** The run carries no marker, and the request's history does not show that the request made it. */
  | 'unproven'
  /** The policy check or task stage to override does not belong to the run. */
  | 'not-of-the-run';

export interface Shut {
  because: GateRefusal;
  /** In one sentence. */
  message: string;
}

/** Why the caller is not a request of this installation; undefined if it is one. */
export function whyNoRequest(caller: Caller, own: OwnInstallation): Shut | undefined {
  const { workflowType, workflowId, taskQueue, firstExecutionRunId } = caller;
  const shut = (message: string): Shut => ({ because: 'not-a-request', message });
  if (workflowType !== own.workflowType) return shut(`${workflowId} is a workflow of type ${workflowType}`);
  if (taskQueue === undefined) return shut(`Temporal knows no running workflow ${workflowId}`);
  if (taskQueue !== own.taskQueue) return shut(`${workflowId} runs on the task queue ${taskQueue}`);
  // Without it, we could not tell another life of the same id apart.
  if (firstExecutionRunId === undefined) return shut(`Temporal does not say when ${workflowId} was first started`);
  return undefined;
}

/** What is asked for: an apply (and what leads to it), or the end of a run. */
export type GuardedAct = 'advance' | 'end';

/** Judges by the run's marker: `unmarked` leaves it to another proof; undefined opens the gate. */
export function whyNotThisRun(
  act: GuardedAct,
  run: { id: string; message?: string },
  { workflowId, firstExecutionRunId }: Pick<RunMarker, 'workflowId' | 'firstExecutionRunId'>,
  { installation, namespaceId }: OwnInstallation,
): Shut | 'unmarked' | undefined {
  const marker = readMarker(run.message);
  if (marker === undefined) return 'unmarked';
  switch (lifeOf(run.message, { installation, namespaceId, workflowId, firstExecutionRunId })) {
    case 'own':
      return undefined;
    case 'earlier':
      if (act === 'end') return undefined;
      return { because: 'earlier-life', message: `run ${run.id} is of an earlier life of ${workflowId}` };
    case undefined:
      return { because: 'another-run', message: `run ${run.id} is of ${marker.workflowId}, not of ${workflowId}` };
  }
}
