import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Execution } from './evidence.ts';
import { readExecution, type Secrets } from './read-execution.ts';

/** Every execution that Temporal still knows of the workflow ids, and whatever they have become meanwhile. */
export async function readExecutions(
  client: Client,
  workflowIds: readonly string[],
  secrets: Secrets,
): Promise<Map<string, Execution[]>> {
  const found = new Map<string, Execution[]>();
  // A few at a time: the server has other things to do.
  const left = [...workflowIds];
  const readOn = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) found.set(id, await ofOne(client, id, secrets));
  };
  await Promise.all(Array.from({ length: 4 }, readOn));
  return found;
}

async function ofOne(client: Client, workflowId: string, secrets: Secrets): Promise<Execution[]> {
  const runIds = new Set<string>();
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runIds.add(runId);
  // The list lags behind: the latest one is asked for by itself.
  const latest = await client.workflow.getHandle(workflowId).describe().catch(ignoreUnknown);
  if (latest !== undefined) runIds.add(latest.runId);
  const executions: Execution[] = [];
  for (const runId of runIds) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory().catch(ignoreUnknown);
    if (history !== undefined) executions.push(readExecution({ workflowId, runId, history }, secrets));
  }
  return executions;
}

/** Deleted meanwhile, or newer than the copy of the database that Temporal was put back to. */
function ignoreUnknown(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}
