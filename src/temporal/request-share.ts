import { activityQueuesOf } from '@runwright/client/contract';
import type { TemporalAccess } from '@runwright/client/temporal';
import { REQUEST_RATES, USUAL_LIMIT, type ActivityQueue } from './request-rates.ts';
import { readRate, setRate } from './task-queue-rate.ts';

// TFE counts by the second. A minute without a 429 shows that the other user of the budget has finished.
const LOWERED_FOR_MS = 60_000;
const SHARE_WHEN_LOWERED = 0.5;

interface ShareContext {
  temporal: TemporalAccess;
  taskQueue: string;
  /** Reports what an operator should know. The share is a courtesy, so nothing here fails a step. */
  tell: (what: string, facts: Record<string, string | number>) => void;
  loweredForMs?: number;
}

export interface RequestShare {
  /** TFE answered 429 to an attempt of this task queue: halves the rate until a minute passes without another 429. */
  lower(refusedQueue: string): void;
  /** Takes in how many requests a second TFE allows a user. */
  learn(limit: number): void;
  /** Ends an expired lower share, whichever worker set it. Repeats this until `close`. */
  watch(): Promise<void>;
  /** Stops looking. A lower share stays until it expires: other workers may still need it. */
  close(): Promise<void>;
}

/**
 * If TFE refuses although our queues keep their rates, somebody else uses the same TFE user: we then lower the rates
 * for all workers at once. How low and until when is one fact, which Temporal keeps in the configuration of the task
 * queue. Each 429 asserts it again, and the worker that first sees it expired ends it, so no worker can lift what
 * another one needs. On a server without task queue configuration (before 1.29) the rates stay.
 */
export function createRequestShare({
  temporal,
  taskQueue,
  tell,
  loweredForMs = LOWERED_FOR_MS,
}: ShareContext): RequestShare {
  const queues = activityQueuesOf(taskQueue);
  const assertedAtMs = new Map<ActivityQueue, number>();
  let limit: number | undefined;
  let looking: NodeJS.Timeout | undefined;
  // One after the other, because each write follows from what was read.
  let settling: Promise<void> = Promise.resolve();

  const settle = (queue: ActivityQueue, refused?: 'refused'): Promise<void> => {
    settling = settling.then(async () => {
      try {
        await settleRate(queue, refused);
      } catch (error) {
        // Nothing was lowered, so the next 429 tries again.
        assertedAtMs.delete(queue);
        const reason = error instanceof Error ? error.message : String(error);
        if (refused) tell('TFE refuses with 429, and Temporal could not lower the rate', { queue, reason });
      }
    });
    return settling;
  };

  const settleRate = async (queue: ActivityQueue, refused: 'refused' | undefined): Promise<void> => {
    const before = await readRate(temporal, queues[queue]);
    const fact = before && readFact(before.reason);
    if (before !== undefined && fact === undefined) return; // an operator set this rate
    const nowMs = Date.now();
    const untilMs = refused ? nowMs + loweredForMs : fact?.untilMs;
    const isLow = untilMs !== undefined && untilMs > nowMs;
    const allowed = queue === 'list' ? USUAL_LIMIT : (limit ?? fact?.limit ?? USUAL_LIMIT);
    const perSecond = ((REQUEST_RATES[queue] * allowed) / USUAL_LIMIT) * (isLow ? SHARE_WHEN_LOWERED : 1);
    const reason =
      isLow || allowed !== USUAL_LIMIT ? reasonOf({ limit: allowed, ...(isLow && { untilMs }) }) : undefined;
    if (reason === before?.reason) return;
    await setRate(temporal, queues[queue], reason === undefined ? undefined : { perSecond, reason });
    const facts = { queue: queues[queue], perSecond };
    if (isLow && fact?.untilMs === undefined) tell('TFE refuses with 429: fewer requests for a minute', facts);
    else if (allowed !== (fact?.limit ?? USUAL_LIMIT)) tell('TFE allows another number of requests', facts);
  };

  const lookAtAll = async (): Promise<void> => {
    await Promise.all((Object.keys(queues) as ActivityQueue[]).map((queue) => settle(queue)));
  };

  return {
    lower: (refusedQueue) => {
      const nowMs = Date.now();
      for (const queue of sharingWith(refusedQueue, queues)) {
        // Hundreds of attempts may be refused in the same second.
        if (nowMs - (assertedAtMs.get(queue) ?? 0) < loweredForMs / 12) continue;
        assertedAtMs.set(queue, nowMs);
        void settle(queue, 'refused');
      }
    },
    learn: (told) => {
      if (told === limit || !(told > 0)) return;
      limit = told;
      void lookAtAll();
    },
    watch: async () => {
      looking ??= setInterval(() => void lookAtAll(), loweredForMs / 2).unref();
      await lookAtAll();
    },
    close: async () => {
      clearInterval(looking);
      await settling;
    },
  };
}

/** Listings have their own limit in TFE; the other queues share one. */
const sharingWith = (refusedQueue: string, queues: Record<ActivityQueue, string>): ActivityQueue[] =>
  refusedQueue === queues.list ? ['list'] : ['now', 'poll', 'upload'];

/** What Temporal keeps with the rate, as a sentence for people. */
interface Fact {
  /** Requests a second that TFE allows a user. */
  limit: number;
  /** Until then the rate is lowered, in ms since 1970 by the clock of the worker that TFE refused last. */
  untilMs?: number;
}

const reasonOf = ({ limit, untilMs }: Fact): string =>
  `Runwright: TFE allows ${limit} requests a second${untilMs === undefined ? '' : `, and answered 429: half of our share until ${new Date(untilMs).toISOString()}`}`;

const REASON = /^Runwright: TFE allows (\d+(?:\.\d+)?) requests a second(?:, .* until (\S+Z))?$/;

function readFact(reason: string): Fact | undefined {
  const [, limit, until] = REASON.exec(reason) ?? [];
  if (limit === undefined) return undefined;
  return { limit: Number(limit), ...(until !== undefined && { untilMs: Date.parse(until) }) };
}
