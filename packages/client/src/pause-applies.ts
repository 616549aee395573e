import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  PAUSE_WORKFLOW_TYPE,
  pauseWorkflowIdOf,
  taskQueueOf,
  type PauseInput,
  type PauseScope,
} from './contract/names.ts';
import { RequestNotFoundError } from './errors.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';

interface PauseContext {
  temporal: TemporalAccess;
  installation: string;
}

/** Holds every apply of the scope, now and after any restart, until it is resumed. Needs no worker. */
export async function pauseApplies(
  { scope, by, reason }: PauseInput,
  { temporal, installation }: PauseContext,
): Promise<'paused' | 'already-paused'> {
  const workflowId = pauseWorkflowIdOf(installation, scope);
  const input: PauseInput = { scope, by, ...(reason && { reason }) };
  try {
    await temporal.call(() =>
      temporal.client.workflow.start(PAUSE_WORKFLOW_TYPE, {
        workflowId,
        taskQueue: taskQueueOf(installation),
        args: [input],
        memo: { by, ...(reason && { reason }) }, // the held requests show it: see find-pause.ts
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `applies are paused by ${by}`.slice(0, 200),
        staticDetails:
          'As long as this workflow runs, Runwright applies nothing in its scope. `runwright resume` ends it.',
      }),
    );
    return 'paused';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already-paused';
    throw error;
  }
}

/** Lets the applies of the scope go on. */
export async function resumeApplies(
  { scope, by }: { scope: PauseScope; by: string },
  { temporal, installation }: PauseContext,
): Promise<'resumed' | 'was-not-paused'> {
  const handle = temporal.client.workflow.getHandle(pauseWorkflowIdOf(installation, scope));
  try {
    await temporal.call(() => handle.terminate(`resumed by ${by}`));
    return 'resumed';
  } catch (error) {
    if (error instanceof RequestNotFoundError) return 'was-not-paused';
    throw error;
  }
}
