import type { TemporalAccess } from '@runwright/client/temporal';

// Temporal's enum: TASK_QUEUE_TYPE_ACTIVITY.
const ACTIVITY_QUEUE_TYPE = 2;

/** A rate that Temporal keeps for all workers of a task queue, and why. */
export interface TaskQueueRate {
  /** Activities a second. */
  perSecond: number;
  /** Given by the caller that set the rate; empty if it gave none. */
  reason: string;
}

/** Undefined if no rate is set, so that the workers' own rate counts. */
export async function readRate(temporal: TemporalAccess, queue: string): Promise<TaskQueueRate | undefined> {
  const { config } = await temporal.call(() =>
    temporal.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: queue },
      taskQueueType: ACTIVITY_QUEUE_TYPE,
      reportConfig: true,
    }),
  );
  const perSecond = config?.queueRateLimit?.rateLimit?.requestsPerSecond;
  if (perSecond === undefined || perSecond === null) return undefined;
  return { perSecond, reason: config?.queueRateLimit?.metadata?.reason ?? '' };
}

/** Undefined removes the rate. Rejects on a server without task queue configuration (before 1.29). */
export async function setRate(temporal: TemporalAccess, queue: string, rate: TaskQueueRate | undefined): Promise<void> {
  await temporal.call(() =>
    temporal.workflowService.updateTaskQueueConfig({
      namespace: temporal.namespace,
      identity: 'runwright worker',
      taskQueue: queue,
      taskQueueType: ACTIVITY_QUEUE_TYPE,
      updateQueueRateLimit:
        rate === undefined ? {} : { rateLimit: { requestsPerSecond: rate.perSecond }, reason: rate.reason },
    }),
  );
}
