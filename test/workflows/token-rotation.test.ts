import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { readNamespace, TemporalAccess } from '@runwright/client/temporal';
import { createWorkers } from '../../src/worker/hosting.ts';
import { wireActivities } from '../../src/worker/wiring.ts';
import { grantToken } from '../../packages/local-tfe/src/account/users.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { ONE_RESOURCE, SHORT_TIMES } from '../support/orchestrator.ts';
import { packFiles } from '../support/pack-files.ts';
import { connectToTemporal, uniqueName, workflowBundle } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const temporal = connectToTemporal();

// One worker has read the new token already, the other has not: both tokens are good.
it('while the token is rotated, the upload goes to the worker that has the key of its URL, and nothing is given up', async () => {
  const { renewed, uploadOfTheOther, client, request } = await twoWorkers();
  const [workflows, now, poll, upload, list] = renewed;
  const running = new Map([workflows!, now!, poll!, list!].map((worker) => [worker, worker.run()]));
  closeAfterTests(() => stop(running));
  // A worker that never ran could not be shut down.
  closeAfterTests(async () => void running.set(upload!, running.get(upload!) ?? upload!.run()));
  const other = new Map([[uploadOfTheOther, uploadOfTheOther.run()]]);
  closeAfterTests(() => stop(other));

  const { workflowId } = await client.start(request);
  const handle = (await temporal.client()).workflow.getHandle(workflowId);
  await waitUntil('the worker without the key to have tried', async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(({ lastFailure }) =>
      lastFailure?.message?.includes('another worker has the key'),
    );
  });
  await stop(other);
  running.set(upload!, upload!.run());

  expect(await client.result(workflowId)).toMatchObject({
    kind: 'completed',
    result: { outcome: 'plan-only', warnings: [] },
  });
});

async function stop(running: Map<Worker, Promise<void>>): Promise<void> {
  for (const worker of running.keys()) worker.shutdown();
  await Promise.all(running.values());
  running.clear();
}

/** Of one installation, with a token each; none of them runs yet. */
async function twoWorkers() {
  const tfe = await localTfeForTests({ engine: 'simulated' });
  grantToken(tfe.services.store, 'the-renewed-token', { username: 'admin', access: 'admin' });
  const directory = mkdtempSync(join(tmpdir(), 'runwright-archives-'));
  closeAfterTests(() => rmSync(directory, { recursive: true, force: true }));
  const archives = createFolderStore(directory);
  const { connection } = await temporal.client();
  const temporalClient = new Client({ connection });
  const access = new TemporalAccess(temporalClient);
  const installation = uniqueName('rotation');
  const namespaceId = (await readNamespace(access)).id;

  const ours = { installation, namespaceId, tfeAddress: tfe.address, allowsShortTimes: true };
  const native = { connection: await temporal.nativeConnection(), namespace: 'default' };
  const activitiesWith = (token: string) => {
    const tfeClient = createTfeClient({ address: tfe.address, token: () => token });
    closeAfterTests(() => tfeClient.close());
    return wireActivities({ tfe: tfeClient, archives, token: () => token, temporal: access, ...ours });
  };
  const workflows = { workflowBundle: workflowBundle() };
  const activities = activitiesWith('the-renewed-token');
  const { organization, workspace } = await makeWorkspace(tfe, { workspace: uniqueName('ws') });
  return {
    renewed: await createWorkers({ ...native, ...ours, activities, workflows }),
    uploadOfTheOther: await Worker.create({
      ...native,
      taskQueue: activityQueuesOf(taskQueueOf(installation)).upload,
      activities: activitiesWith(tfe.token),
    }),
    client: RunwrightClient.fromTemporalClient(temporalClient, { tfeAddress: tfe.address, installation }),
    request: {
      key: uniqueName('key'),
      organization,
      workspace,
      requestedBy: 'ana',
      run: { mode: 'plan-only' as const },
      configuration: { kind: 'archive' as const, archive: await packFiles(archives, ONE_RESOURCE) },
      timing: { ...SHORT_TIMES, pollMinMs: 1_000, pollWorkingMaxMs: 1_000 },
    },
  };
}
