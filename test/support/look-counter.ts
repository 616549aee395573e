import type { Orchestrator } from './orchestrator.ts';

/** Counts the looks at a run since it was made; reads each entry of the journal once. */
export function lookCounter(its: Orchestrator, runId: string): () => number {
  let [after, looks] = [its.tfe.journal.entries().at(-1)?.seq ?? 0, 0];
  return () => {
    for (const entry of its.tfe.journal.entries({ route: 'GET /runs/:run_id', after })) {
      after = entry.seq;
      if (entry.kind === 'request' && entry.path.includes(runId)) looks += 1;
    }
    return looks;
  };
}
