import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '../../src/archive/index.ts';
import { RunwrightClient } from '../../src/client/index.ts';
import { TemporalAccess } from '../../src/client/temporal-access.ts';
import type { LocalTfe, LocalTfeOptions } from '../../src/local-tfe/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { Timeouts } from '../../src/tfe/timeouts.ts';
import { createWorkers, wireActivities } from '../../src/hosting.ts';
import { closeAfterTests } from './after-tests.ts';
import { localTfeForTests } from './local-tfe.ts';
import { openLedger, type RequestLedger } from './request-ledger.ts';
import { connectToTemporal, uniqueName, workflowBundle } from './temporal.ts';

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
  const installation = uniqueName('faults');
  const archiveDirectory = mkdtempSync(join(tmpdir(), 'runwright-archives-'));
  const temporalClient = await temporal.client();
  const tfeClient = createTfeClient({ address: tfe.address, token: () => tfe.token, timeoutsMs: SHORT_TIMEOUTS });
  const workers = await createWorkers({
    connection: await temporal.nativeConnection(),
    namespace: 'default',
    installation,
    workflows: { workflowBundle: workflowBundle() },
    activities: wireActivities({
      tfe: tfeClient,
      archives: createFolderStore(archiveDirectory),
      token: () => tfe.token,
      temporal: new TemporalAccess(temporalClient),
      installation,
      tfeAddress: tfe.address,
    }),
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  closeAfterTests(async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await tfeClient.close();
    rmSync(archiveDirectory, { recursive: true, force: true });
  });
  const client = RunwrightClient.fromTemporalClient(temporalClient, { tfeAddress: tfe.address, installation });
  return { tfe, client, ...openLedger({ tfe, client, archiveDirectory }) };
}
