import type { RunRecord } from './run-record.ts';

export type RunListener = (run: RunRecord) => void;

/** Tells who listens that a run has changed: after the change is stored, in the order of the changes. */
export function createRunSignals(onError: (error: unknown) => void) {
  const listeners = new Set<RunListener>();
  return {
    emit(run: RunRecord): void {
      // Not at once: the change may be part of a transaction that is still open.
      queueMicrotask(() => {
        for (const listener of [...listeners]) {
          try {
            listener(run);
          } catch (error) {
            onError(error); // one listener's fault is not the next one's, nor the engine's
          }
        }
      });
    },
    subscribe(listener: RunListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type RunSignals = ReturnType<typeof createRunSignals>;
