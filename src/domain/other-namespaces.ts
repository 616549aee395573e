import type { OtherNamespace } from '@runwright/client/contract';

export interface ForeignRun {
  runId: string;
  namespaceId: string;
}

/** Groups runs by namespace, each run once: a list that grows while it is read shows some runs twice. */
export function byNamespace(runs: readonly ForeignRun[]): OtherNamespace[] {
  const found = new Map<string, Set<string>>();
  for (const { runId, namespaceId } of runs) {
    const ids = found.get(namespaceId) ?? new Set();
    found.set(namespaceId, ids.add(runId));
  }
  return [...found].map(([namespaceId, ids]) => ({ namespaceId, runs: [...ids] }));
}
