import { activityQueuesOf } from '@runwright/client/contract';
import type { TemporalAccess } from '@runwright/client/temporal';
import { REQUEST_RATES, USUAL_LIMIT, type ActivityQueue } from './request-rates.ts';
import { readRate, setRate } from './task-queue-rate.ts';

// TFE counts by the second; a minute tells whether whoever else uses the budget has finished.
const LOWERED_FOR_MS = 60_000;
const SHARE_WHEN_LOWERED = 0.5;

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
  /** TFE says how many requests a second it allows a user. */
  learn(limit: number): void;
  /** Ends a lower share whose time is over, whoever lowered it; from then on again and again. */
  watch(): Promise<void>;
  /** Looks no more. A lower share stays until its time is over: other workers may still need it. */
  close(): Promise<void>;
}

/**
 * Somebody else uses the same TFE user when TFE refuses although our queues keep their rates: the rates are lowered for
 * all workers at once. How low and until when is one fact, kept by Temporal in the configuration of the task queue: each
 * 429 asserts it again, and the worker that first sees it expired ends it, so none can lift what another one needs. A
 * server without task queue configuration (before 1.29) leaves the rates alone.
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
  // One after the other: what is written follows from what was read.
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
    if (before !== undefined && fact === undefined) return; // an operator's own word
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

/** Listings have a limit of their own in TFE; the others share one. */
const sharingWith = (refusedQueue: string, queues: Record<ActivityQueue, string>): ActivityQueue[] =>
  refusedQueue === queues.list ? ['list'] : ['now', 'poll', 'upload'];

/** What Temporal keeps beside the rate, as a sentence for people. */
interface Fact {
  /** Requests a second that TFE allows a user. */
  limit: number;
  /** The rate is lowered until then, in ms since 1970 by the clock of the worker that TFE refused last. */
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
