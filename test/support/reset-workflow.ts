import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import protobuf from '@temporalio/proto';

/** Every point to which an execution can be reset: its completed workflow tasks, the earliest first. */
export async function workflowTasksOf(client: Client, workflowId: string): Promise<number[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const completed = protobuf.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED;
  return (events ?? []).filter(({ eventType }) => eventType === completed).map(({ eventId }) => Number(eventId));
}

/** What an operator does with `temporal workflow reset`: everything after the point is forgotten but the signals. */
export async function resetTo(
  client: Client,
  { workflowId, runId, point }: { readonly workflowId: string; readonly runId: string; readonly point: number },
): Promise<void> {
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test resets it',
    workflowTaskFinishEventId: point as never,
    requestId: randomUUID(),
  });
}
