import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { RunwrightClient } from '@runwright/client';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { connectTemporal } from '@runwright/client/temporal';
import { startWorkerProcess } from '../../src/stack/runwright-processes.ts';
import { openStack } from '../../src/stack/stack.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { localTfeForTests } from '../support/local-tfe.ts';
import { openLedger } from '../support/request-ledger.ts';
import { readRate } from '../../src/temporal/task-queue-rate.ts';
import { temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

it('a worker that TFE refuses with 429 lowers the rate of all workers, also after it has stopped', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-share-'));
  const stack = openStack({ directory, environment: process.env });
  closeAfterTests(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const tfe = await localTfeForTests({ engine: 'simulated' });
  const installation = uniqueName('share');
  const archiveDirectory = join(directory, 'archives');
  const temporal = await connectTemporal({ address: temporalAddress(), namespace: 'default', environment: {} });
  closeAfterTests(() => temporal.close());
  const worker = await startWorkerProcess(stack, {
    temporal: { address: temporalAddress(), namespace: 'default' },
    tfe: { address: tfe.address, token: tfe.token },
    archiveDirectory,
    installation,
    env: { RUNWRIGHT_TEST_TIMES: 'allow' },
  });
  const client = RunwrightClient.fromTemporalClient(temporal.client, { tfeAddress: tfe.address, installation });
  const ledger = openLedger({ tfe, client, temporal: temporal.client, archiveDirectory });
  const queues = activityQueuesOf(taskQueueOf(installation));
  const fault = tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'rate-limited', times: 1 });

  const started = await ledger.start();
  await ledger.gate(started);
  await waitUntil('the lower rate', async () => (await readRate(temporal, queues.poll))?.perSecond === 2.25);

  // Control: TFE refused once, and that was what lowered it.
  expect(tfe.faults.list().find(({ id }) => id === fault.id)?.bit).toBe(1);
  await ledger.approve(started);
  expect(await ledger.ending(started)).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
  await worker.child.stop({ graceMs: 60_000 });
  expect(await readRate(temporal, queues.poll)).toMatchObject({ perSecond: 2.25 });
}, 180_000);
