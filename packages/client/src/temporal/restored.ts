import { RESTORED_WORKFLOW_TYPE, restoredWorkflowIdOf, taskQueueOf } from '../contract/names.ts';
import { RequestNotFoundError } from '../errors.ts';
import type { TemporalAccess } from './temporal-access.ts';

interface RestoredContext {
  temporal: TemporalAccess;
  installation: string;
}

/** Declares that the namespace was restored from a backup just now. Needs no worker. Each call sets the time anew. */
export async function declareRestored({ temporal, installation }: RestoredContext): Promise<void> {
  await temporal.call(() =>
    temporal.client.workflow.start(RESTORED_WORKFLOW_TYPE, {
      workflowId: restoredWorkflowIdOf(installation),
      taskQueue: taskQueueOf(installation),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      staticSummary: 'the namespace was restored from a backup',
      staticDetails:
        'Requests that were open then look for their run before they create one. Leave this workflow running.',
    }),
  );
}

/** When the namespace was last declared restored, in ms since 1970; undefined if never. */
export async function restoredAtMs({ temporal, installation }: RestoredContext): Promise<number | undefined> {
  const handle = temporal.client.workflow.getHandle(restoredWorkflowIdOf(installation));
  try {
    return (await temporal.call(() => handle.describe())).startTime.getTime();
  } catch (error) {
    if (error instanceof RequestNotFoundError) return undefined;
    throw error;
  }
}
