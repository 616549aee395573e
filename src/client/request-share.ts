import { activityQueuesOf } from '../contract/names.ts';
import type { TemporalAccess } from './temporal-access.ts';

export type ActivityQueue = keyof ReturnType<typeof activityQueuesOf>;

/**
 * Requests per second, per queue, kept by the Temporal server for all workers together (design D10). TFE allows 30 a
 * second per user. A look that finds a plan reads it too, so 11 + 2 × 7 + 0.5 is the most; 4 are left for people.
 */
export const REQUEST_RATES: Record<ActivityQueue, number> = { now: 11, poll: 7, list: 0.5 };

// TFE counts by the second; a minute tells whether whoever else uses the budget has finished.
const LOWERED_FOR_MS = 60_000;
const SHARE_WHEN_LOWERED = 0.5;
// Temporal's enum: TASK_QUEUE_TYPE_ACTIVITY.
const ACTIVITY_QUEUE_TYPE = 2;

interface ShareContext {
  temporal: TemporalAccess;
  taskQueue: string;
  /** What an operator should know; the share is a courtesy, so nothing here fails a step. */
  tell: (what: string, facts: Record<string, string | number>) => void;
  loweredForMs?: number;
}

export interface RequestShare {
  /** TFE answered 429 to an attempt of this task queue: half the rate until a minute passed without another. */
  lower(refusedQueue: string): void;
  /** Takes back what a killed worker may have left behind. */
  restore(): Promise<void>;
  /** Restores what this process lowered. */
  close(): Promise<void>;
}

/**
 * Somebody else uses the same TFE user when TFE refuses although our queues keep their rates: the rates are lowered for
 * all workers at once, in Temporal. A server without task queue configuration (before 1.29) leaves the rates alone.
 */
export function createRequestShare({
  temporal,
  taskQueue,
  tell,
  loweredForMs = LOWERED_FOR_MS,
}: ShareContext): RequestShare {
  const queues = activityQueuesOf(taskQueue);
  const lowered = new Map<ActivityQueue, NodeJS.Timeout>();
  // One after the other: the last word about a queue must be the last one that Temporal hears.
  let updating: Promise<unknown> = Promise.resolve();
  const update = (queue: ActivityQueue, rate: number | undefined): Promise<Error | undefined> => {
    const updated = updating.then(() => setRate(temporal, queues[queue], rate));
    updating = updated;
    return updated;
  };

  const lowerOne = async (queue: ActivityQueue): Promise<void> => {
    const rate = REQUEST_RATES[queue] * SHARE_WHEN_LOWERED;
    const refusal = await update(queue, rate);
    const facts = { queue: queues[queue], perSecond: rate };
    if (refusal === undefined) tell('TFE refuses with 429: fewer requests for a minute', facts);
    else tell('TFE refuses with 429, and Temporal could not lower the rate', { ...facts, reason: refusal.message });
  };
  const restoreOne = async (queue: ActivityQueue): Promise<void> => {
    clearTimeout(lowered.get(queue));
    lowered.delete(queue);
    await update(queue, undefined);
  };

  return {
    lower: (refusedQueue) => {
      // Listings have a limit of their own in TFE; the others share one.
      const affected: ActivityQueue[] = refusedQueue === queues.list ? ['list'] : ['now', 'poll'];
      for (const queue of affected) {
        const before = lowered.get(queue);
        clearTimeout(before);
        lowered.set(queue, setTimeout(() => void restoreOne(queue), loweredForMs).unref());
        if (before === undefined) void lowerOne(queue);
      }
    },
    restore: async () => {
      for (const queue of Object.keys(queues) as ActivityQueue[]) await restoreOne(queue);
    },
    close: async () => {
      for (const queue of [...lowered.keys()]) await restoreOne(queue);
      await updating;
    },
  };
}

/**
 * `rate` in activities per second; undefined takes the override back, so that the workers' own rate counts again.
 * Resolves with Temporal's refusal instead of rejecting: a lower share is a courtesy that no step may fail for.
 */
async function setRate(temporal: TemporalAccess, queue: string, rate: number | undefined): Promise<Error | undefined> {
  try {
    await temporal.call(() =>
      temporal.workflowService.updateTaskQueueConfig({
        namespace: temporal.namespace,
        identity: 'runwright worker',
        taskQueue: queue,
        taskQueueType: ACTIVITY_QUEUE_TYPE,
        updateQueueRateLimit:
          rate === undefined ? {} : { rateLimit: { requestsPerSecond: rate }, reason: 'TFE answered 429' },
      }),
    );
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
