import type { Store } from '../store/store.ts';
import type { RunRecord } from '../run/run-record.ts';

/** What reads show while a fault keeps them behind the truth. */
export function createViews(store: Store, now: () => number) {
  const frozen = new Map<string, { run: RunRecord; untilMs: number }>();
  return {
    freeze(runId: string, ms: number): void {
      const run = store.runs.get(runId);
      if (run) frozen.set(runId, { run, untilMs: now() + ms });
    },
    /** The run as a read shows it: usually as it is. */
    run(id: string): RunRecord | undefined {
      const view = frozen.get(id);
      if (!view) return store.runs.get(id);
      if (now() < view.untilMs) return view.run;
      frozen.delete(id);
      return store.runs.get(id);
    },
  };
}

export type Views = ReturnType<typeof createViews>;
