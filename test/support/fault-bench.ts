import type { RunwrightClient } from '@runwright/client';
import type { LocalTfe, LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import type { Timeouts } from '../../src/tfe/http/timeouts.ts';
import { localTfeForTests } from './local-tfe.ts';
import { openLedger, type RequestLedger } from './request-ledger.ts';
import { connectToTemporal } from './temporal.ts';
import { startWorkersInProcess } from './workers-in-process.ts';

/** So that silence is given up on in seconds; all else as in production. */
export const SHORT_TIMEOUTS: Partial<Timeouts> = {
  readMs: 1_500,
  writeMs: 1_500,
  uploadMs: 1_500,
  uploadStallMs: 1_500,
  logMs: 1_500,
};

/** A local TFE with faults, and a worker in this process whose HTTP timeouts are short. */
export interface FaultBench extends RequestLedger {
  readonly tfe: LocalTfe;
  readonly client: RunwrightClient;
}

/** Call it once, at the top of a test file; what it returns opens the bench in the first test that asks for it. */
export function useFaultBench(options: LocalTfeOptions = {}): () => Promise<FaultBench> {
  const temporal = connectToTemporal();
  let opened: Promise<FaultBench> | undefined;
  return () => (opened ??= openBench(temporal, options));
}

async function openBench(
  temporal: ReturnType<typeof connectToTemporal>,
  options: LocalTfeOptions,
): Promise<FaultBench> {
  const tfe = await localTfeForTests({ engine: 'simulated', ...options });
  const wanted = { tfe, purpose: 'faults', timeoutsMs: SHORT_TIMEOUTS };
  const { client, archiveDirectory, temporalClient } = await startWorkersInProcess(temporal, wanted);
  return { tfe, client, ...openLedger({ tfe, client, temporal: temporalClient, archiveDirectory }) };
}
