import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { RunwrightClient } from '@runwright/client';
import { type ArchiveStore, createFolderStore } from '@runwright/client/archive';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { readNamespace, TemporalAccess } from '@runwright/client/temporal';
import { createWorkers, createWorkflowWorker, type Hosting } from '../../src/worker/hosting.ts';
import { wireActivities } from '../../src/worker/wiring.ts';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { Timeouts } from '../../src/tfe/http/timeouts.ts';
import { closeAfterTests } from './after-tests.ts';
import { uniqueName, workflowBundle, type connectToTemporal } from './temporal.ts';
import { watchInvariants, type InvariantsWatched } from './watch-invariants.ts';

export interface WorkersInProcess {
  readonly client: RunwrightClient;
  readonly installation: string;
  readonly archives: ArchiveStore;
  readonly archiveDirectory: string;
  readonly temporalClient: Client;
  /** They are checked when the tests of the file are over. */
  readonly invariants: InvariantsWatched;
  /** The worker of the workflows is shut down, and another one started afterwards; activities go on. */
  withoutWorkflows(meanwhile: () => Promise<unknown>): Promise<void>;
  /** From now on no worker takes watching looks, as where those of hundreds of other runs come first. */
  stopLooks(): Promise<void>;
}

interface WorkersWanted {
  readonly tfe: LocalTfe;
  /** What the installation is for, readable in the Temporal UI. */
  readonly purpose: string;
  readonly timeoutsMs?: Partial<Timeouts>;
  /** Default: one that no other test uses. */
  readonly installation?: string;
  readonly namespace?: string;
}

/** Workers of an installation of their own in this process, on the run's Temporal server, until the tests are over. */
export async function startWorkersInProcess(
  temporal: ReturnType<typeof connectToTemporal>,
  { tfe, purpose, timeoutsMs, installation = uniqueName(purpose), namespace = 'default' }: WorkersWanted,
): Promise<WorkersInProcess> {
  const archiveDirectory = mkdtempSync(join(tmpdir(), 'runwright-archives-'));
  const archives = createFolderStore(archiveDirectory);
  const { connection } = await temporal.client();
  const temporalClient = new Client({ connection, namespace });
  const access = new TemporalAccess(temporalClient);
  const namespaceId = (await readNamespace(access)).id;
  const token = () => tfe.token;
  const tfeClient = createTfeClient({ address: tfe.address, token, timeoutsMs });
  const hosting: Hosting = {
    connection: await temporal.nativeConnection(),
    namespace,
    installation,
    allowsShortTimes: true,
    workflows: { workflowBundle: workflowBundle() },
    activities: wireActivities({
      tfe: tfeClient,
      archives,
      token,
      temporal: access,
      installation,
      namespaceId,
      tfeAddress: tfe.address,
      allowsShortTimes: true,
    }),
  };
  const running = new Map((await createWorkers(hosting)).map((worker) => [worker, worker.run()]));
  let [workflowWorker] = running.keys();
  const stop = async (...workers: Worker[]): Promise<void> => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(workers.map(async (worker) => running.get(worker)));
    for (const worker of workers) running.delete(worker);
  };
  closeAfterTests(async () => {
    await stop(...running.keys());
    await tfeClient.close();
    rmSync(archiveDirectory, { recursive: true, force: true });
  });
  const client = RunwrightClient.fromTemporalClient(temporalClient, { tfeAddress: tfe.address, installation });
  const withoutWorkflows = async (meanwhile: () => Promise<unknown>): Promise<void> => {
    await stop(workflowWorker!);
    await meanwhile();
    workflowWorker = await createWorkflowWorker(hosting);
    running.set(workflowWorker, workflowWorker.run());
  };
  const invariants = watchInvariants({ tfe, client: temporalClient, installation, namespaceId });
  const stopLooks = async (): Promise<void> => {
    const { poll } = activityQueuesOf(taskQueueOf(installation));
    await stop(...[...running.keys()].filter((worker) => worker.options.taskQueue === poll));
  };
  const inHand = { withoutWorkflows, stopLooks };
  return { client, installation, archives, archiveDirectory, temporalClient, invariants, ...inHand };
}
