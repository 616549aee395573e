import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

/**
 * For the server. It deletes a workflow when it has noted that everything up to its close is done, every 30 s as it is
 * delivered, and tries again after growing pauses; deletions that wait hold each other up for minutes.
 */
export const FORGETS_SOON = { 'history.transferProcessorUpdateAckInterval': '1s' } as const;

const LOOK_AGAIN_MS = 100;
const FORGOTTEN_WITHIN_MS = 180_000;

/**
 * What an operator does who has Temporal forget a workflow that runs; resolves when nothing of it is left. Rejects where
 * the workflow has ended by itself.
 */
export async function forgetWorkflow(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.terminate('to be forgotten');
  const { namespace } = client.options;
  await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
  for (const deadline = performance.now() + FORGOTTEN_WITHIN_MS; performance.now() < deadline;) {
    if (await isUnknown(client, workflowId)) return;
    await pause(LOOK_AGAIN_MS);
  }
  throw new Error(`Temporal does not forget ${workflowId}`);
}

/** Temporal may be away: that it does not answer does not mean that it has forgotten. */
async function isUnknown(client: Client, workflowId: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).describe();
    return false;
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}
