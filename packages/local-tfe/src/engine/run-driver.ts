import type { TransitionsDeps } from '../run/transitions.ts';
import type { Store } from '../store/store.ts';
import type { Holds } from '../control/holds.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { RunStatus } from '../run/run-statuses.ts';
import { enter } from '../run/transitions.ts';

export interface RunDriverDeps extends TransitionsDeps {
  store: Store;
  holds: Holds;
}

/** One run while the engine works on it. */
export interface Driven<Deps> {
  deps: Deps;
  runId: string;
  /** Aborted by a cancel. */
  interrupt: AbortSignal;
  /** Aborted by a force-cancel, or when the server closes. */
  kill: AbortSignal;
  run(): RunRecord;
  output(): 'structured' | 'text';
  /** Moves on, and stands still where a test holds the run. After a restart the run may be there already: then it stays. */
  enter(status: RunStatus, change?: Partial<RunRecord>): Promise<RunRecord>;
}

export function drivenRun<Deps extends RunDriverDeps>(
  deps: Deps,
  runId: string,
  signals: { interrupt: AbortSignal; kill: AbortSignal },
): Driven<Deps> {
  const run = (): RunRecord => deps.store.runs.require(runId);
  return {
    deps,
    runId,
    ...signals,
    run,
    output: () => (deps.store.plans.require(run().planId).structured ? 'structured' : 'text'),
    async enter(status, change) {
      signals.interrupt.throwIfAborted();
      const entered = run().status === status ? run() : enter(deps, runId, status, change);
      await deps.holds.pass(entered, signals.interrupt);
      return entered;
    },
  };
}
