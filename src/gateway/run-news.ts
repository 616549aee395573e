import type { RequestView } from '@runwright/client';
import type { RunChange } from './notification-payload.ts';

/** The part of a view that says what is known of the run. */
export type KnownRun = Pick<RequestView, 'runId' | 'status' | 'phase' | 'history' | 'source'>;

/**
 * The change that the request does not know yet, or undefined. A run never goes back to a status that it had, so one that
 * was seen before is late or sent again: a nudge costs ten events of history, and anybody can send a signed body twice.
 */
export function newsFor(known: KnownRun, { runId, changes }: { runId: string; changes: readonly RunChange[] }) {
  // Without a run the request is about to look anyway; with another one this is about a plan that it has left behind.
  if (known.runId !== runId) return undefined;
  return changes.find(({ status }) => isUnknown(status, known));
}

function isUnknown(status: string, { status: last, phase, history }: KnownRun): boolean {
  // A finished plan keeps its status while it is checked and when it becomes confirmable: only a look can tell.
  if (phase === 'checking') return true;
  return status !== last && !history.some((change) => change.status === status);
}

/** The last keys that were seen: two notification configurations of a workspace send the same news at the same time. */
export function createRecentKeys(capacity: number) {
  const keys = new Set<string>();
  return {
    /** Whether the key is new; it is not any more from now on. */
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
