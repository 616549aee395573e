import { setTimeout as pause } from 'node:timers/promises';
import { ChildFailed, describeExit, type Child } from './child-process.ts';
import type { ServiceProcess } from './runwright-processes.ts';

/** What happened to the worker, for people who watch the stack. */
export type WorkerNews =
  | { readonly kind: 'ended'; readonly how: string; readonly logFile: string; readonly againInMs: number }
  | { readonly kind: 'back'; readonly health: string };

export interface KeptWorker {
  /** Settles with the last worker once it died too often to be started again. Never rejects. */
  readonly givenUp: Promise<Child>;
  /** Stops the running worker; no other is started. */
  stop(): Promise<void>;
}

export interface Keeping {
  readonly first: ServiceProcess;
  readonly startAgain: () => Promise<ServiceProcess>;
  readonly tell: (news: WorkerNews) => void;
  /** The pause before each restart in a row of deaths. After the last one we give up. */
  readonly pausesMs?: readonly number[];
  /** A worker that lived this long begins a new row. */
  readonly settledMs?: number;
}

// A killed worker is back at once; one that cannot run at all is given up within a minute.
const PAUSES_MS = [500, 2_000, 5_000, 15_000, 30_000];
const SETTLED_MS = 5 * 60_000;

/** Restarts the worker when it ends by itself, so that requests that wait for people live on. */
export function keepWorker({ pausesMs = PAUSES_MS, settledMs = SETTLED_MS, ...keeping }: Keeping): KeptWorker {
  const stopping = new AbortController();
  const givenUp = Promise.withResolvers<Child>();
  let current = keeping.first;
  let deathsInARow = 0;

  /** Resolves when another worker runs or none is wanted; rejects if it cannot be started either. */
  const replace = async (how: string): Promise<'go-on' | 'give-up'> => {
    const againInMs = pausesMs[deathsInARow];
    if (againInMs === undefined) return 'give-up';
    deathsInARow += 1;
    keeping.tell({ kind: 'ended', how, logFile: current.child.logFile, againInMs });
    await pause(againInMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return 'go-on';
    try {
      current = await keeping.startAgain();
    } catch (error) {
      if (stopping.signal.aborted) return 'go-on';
      if (!(error instanceof ChildFailed)) throw error;
      return replace('did not start');
    }
    if (!stopping.signal.aborted) keeping.tell({ kind: 'back', health: current.health });
    return 'go-on';
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const since = performance.now();
      const exit = await current.child.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - since >= settledMs) deathsInARow = 0;
      if ((await replace(`ended ${describeExit(exit)}`)) === 'give-up') return givenUp.resolve(current.child);
    }
  };
  void watch().catch(() => givenUp.resolve(current.child));
  return {
    givenUp: givenUp.promise,
    stop: async () => {
      stopping.abort();
      await current.child.stop();
    },
  };
}
