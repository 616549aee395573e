import type { TemporalAccess } from '../../src/client/temporal-access.ts';

// Temporal's enum: TASK_QUEUE_TYPE_ACTIVITY.
const ACTIVITY_QUEUE_TYPE = 2;

/** Activities per second that Temporal itself allows on a queue; undefined = the workers' own rate counts. */
export async function taskQueueRate(
  { workflowService, namespace }: Pick<TemporalAccess, 'workflowService' | 'namespace'>,
  queue: string,
): Promise<number | undefined> {
  const { config } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: ACTIVITY_QUEUE_TYPE,
    reportConfig: true,
  });
  return config?.queueRateLimit?.rateLimit?.requestsPerSecond ?? undefined;
}
