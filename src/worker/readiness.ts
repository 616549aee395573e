import type { Worker } from '@temporalio/worker';
import { readNamespace, type TemporalAccess } from '@runwright/client/temporal';
import { attributesAreAccepted } from '../temporal/required-attributes.ts';
import type { HealthCheck } from '../service/health-server.ts';

/** The checks behind a worker's `/readyz`: Temporal answers, `setup` was run, every queue is polled. */
export const readinessOf = (
  temporal: TemporalAccess,
  workers: readonly Pick<Worker, 'getState'>[],
): Record<string, HealthCheck> => ({
  temporal: () => readNamespace(temporal),
  'search-attributes': async () => {
    if (!(await attributesAreAccepted(temporal))) throw new Error('missing: run `runwright setup`');
  },
  polling: async () => {
    const stopped = workers.find((worker) => worker.getState() !== 'RUNNING');
    if (stopped) throw new Error(`a worker is ${stopped.getState()}`);
  },
});
