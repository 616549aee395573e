import type { RunStatus } from '../run/run-statuses.ts';
import { newId } from '../ids.ts';
import type { RunRecord } from '../run/run-record.ts';

/** Keeps matching runs in a status until it is released. */
export interface Hold {
  id: string;
  status: RunStatus;
  workspaceId?: string | undefined;
  runId?: string | undefined;
}

/** Stops the engine where a test wants a run to stand still. */
export function createHolds() {
  const holds = new Map<string, Hold>();
  let waiting: (() => void)[] = [];

  const held = (run: RunRecord): boolean =>
    [...holds.values()].some(
      (hold) =>
        hold.status === run.status &&
        (hold.workspaceId === undefined || hold.workspaceId === run.workspaceId) &&
        (hold.runId === undefined || hold.runId === run.id),
    );

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resume of woken) resume();
  };

  return {
    add(hold: Omit<Hold, 'id'>): Hold {
      const added = { ...hold, id: newId('hold') };
      holds.set(added.id, added);
      return added;
    },
    release(id?: string): void {
      if (id === undefined) holds.clear();
      else holds.delete(id);
      wake();
    },
    list: (): Hold[] => [...holds.values()],
    /** Returns when nothing holds the run in the status it has; throws the signal's reason when it is canceled meanwhile. */
    async pass(run: RunRecord, signal: AbortSignal): Promise<void> {
      while (held(run)) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      signal.throwIfAborted();
    },
  };
}

export type Holds = ReturnType<typeof createHolds>;
