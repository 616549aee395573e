import type { Client } from '@temporalio/client';

// Temporal's enum: TASK_QUEUE_TYPE_ACTIVITY.
const ACTIVITY_QUEUE_TYPE = 2;

/** What an operator says of a queue with `temporal task-queue config set`; undefined takes it back: the workers' own rate counts. */
export async function setQueueRate(client: Client, queue: string, perSecond: number | undefined): Promise<void> {
  await client.workflowService.updateTaskQueueConfig({
    namespace: client.options.namespace,
    identity: 'an operator',
    taskQueue: queue,
    taskQueueType: ACTIVITY_QUEUE_TYPE,
    updateQueueRateLimit:
      perSecond === undefined ? {} : { rateLimit: { requestsPerSecond: perSecond }, reason: 'a test sets it' },
  });
}

/** About how many activities wait in line. */
export async function waitingIn(client: Client, queue: string): Promise<number> {
  const { stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: ACTIVITY_QUEUE_TYPE,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}
