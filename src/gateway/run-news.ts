import type { RequestView } from '@runwright/client';
import type { RunChange } from './notification-payload.ts';

/** The part of a view that describes the run. */
export type KnownRun = Pick<RequestView, 'runId' | 'status' | 'phase' | 'history' | 'source'>;

/**
 * The change that the request does not know yet, or undefined. A run never returns to an earlier status, so one that
 * was seen before is late or sent again. A nudge costs ten events of history, and anybody can send a signed body twice.
 */
export function newsFor(known: KnownRun, { runId, changes }: { runId: string; changes: readonly RunChange[] }) {
  // Without a run the request is about to look anyway. If it has another run, the news is about a plan that it left
  // behind.
  if (known.runId !== runId) return undefined;
  return changes.find(({ status }) => isUnknown(status, known));
}

function isUnknown(status: string, { status: last, phase, history }: KnownRun): boolean {
  // A finished plan keeps its status while it is checked and when it becomes confirmable, so only a look can tell.
  if (phase === 'checking') return true;
  return status !== last && !history.some((change) => change.status === status);
}

/** The keys seen last: two notification configurations of a workspace send the same news at the same time. */
export function createRecentKeys(capacity: number) {
  const keys = new Set<string>();
  return {
    /** Whether the key is new. Adds it. */
    add(key: string): 'new' | 'seen' {
      if (keys.has(key)) return 'seen';
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > capacity && oldest !== undefined) keys.delete(oldest);
      return 'new';
    },
    has: (key: string): boolean => keys.has(key),
    forget: (key: string): void => void keys.delete(key),
  };
}
