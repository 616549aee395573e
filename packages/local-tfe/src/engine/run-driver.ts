import type { Services } from '../services.ts';
import type { RunRecord } from '../store/records.ts';
import type { RunStatus } from './statuses.ts';
import { enter } from './transitions.ts';

/** One run while the engine works on it. */
export interface Driven {
  services: Services;
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

export function drivenRun(
  services: Services,
  runId: string,
  signals: { interrupt: AbortSignal; kill: AbortSignal },
): Driven {
  const run = (): RunRecord => services.store.runs.require(runId);
  return {
    services,
    runId,
    ...signals,
    run,
    output: () => (services.store.plans.require(run().planId).structured ? 'structured' : 'text'),
    async enter(status, change) {
      signals.interrupt.throwIfAborted();
      const entered = run().status === status ? run() : enter(services, runId, status, change);
      await services.holds.pass(entered, signals.interrupt);
      return entered;
    },
  };
}
