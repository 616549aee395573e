import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { type ArchiveRef, RunwrightClient } from '@runwright/client';
import { type ArchiveStore, createFolderStore } from '@runwright/client/archive';
import { readNamespace, TemporalAccess } from '@runwright/client/temporal';
import { REQUIRED_ATTRIBUTES } from '../../../src/temporal/required-attributes.ts';
import { startLocalTfe, type LocalTfe } from '../../../packages/local-tfe/src/server.ts';
import type { Closers } from '../../../src/service/closers.ts';
import { ensureWorkspace } from '../../../src/stack/first-workspace.ts';
import { openStack } from '../../../src/stack/stack.ts';
import { findTemporal } from '../../../src/stack/temporal/temporal-program.ts';
import { startTemporal, type SearchAttributeType } from '../../../src/stack/temporal/temporal-server.ts';
import { createTfeClient } from '../../../src/tfe/client.ts';
import { createWorkers, createWorkflowWorker, type Hosting } from '../../../src/worker/hosting.ts';
import { wireActivities } from '../../../src/worker/wiring.ts';
import { workflowCode } from '../../../src/worker/workflow-bundle.ts';
import { firstTaskAlone } from './first-task-alone.ts';

export interface RecordingStack {
  tfe: LocalTfe;
  client: RunwrightClient;
  temporal: Client;
  installation: string;
  /** Packs one file of Terraform, and the script of the local TFE where there is one. */
  archiveOf(main: string, script?: unknown): Promise<ArchiveRef>;
  workspace(name: string): Promise<{ organization: string; workspace: string; id: string }>;
  /** No worker takes in what comes for the workflows meanwhile; activities go on. */
  withoutWorkflows(meanwhile: () => Promise<unknown>, then?: Then): Promise<void>;
}

/** With the worker that comes back: it has asked for one task, and asks for the next when this is over. */
type Then = (() => Promise<unknown>) | undefined;

const ORGANIZATION = 'recorded';
const INSTALLATION = 'recorder';

/** A Temporal server, a local TFE and the workers of this checkout, until the closers close them. */
export async function startRecordingStack(
  closers: Closers,
  dynamicConfig: Record<string, number> = {},
): Promise<RecordingStack> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-record-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const stack = openStack({ directory, environment: process.env });
  closers.push(() => stack.stop());
  const { path: program } = await findTemporal(process.env, (line) => console.error(line));
  const { address } = await startTemporal(stack, {
    program,
    database: { kind: 'memory' },
    ui: 'headless',
    searchAttributes: Object.fromEntries(
      REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]),
    ),
    dynamicConfig: {
      'matching.numTaskqueueReadPartitions': 1,
      'matching.numTaskqueueWritePartitions': 1,
      ...dynamicConfig,
    },
  });
  const connection = await Connection.connect({ address });
  closers.push(() => connection.close());
  const tfe = await startLocalTfe({ rateLimit: 0, listRateLimitPerMinute: 0 });
  closers.push(() => tfe.close());
  const temporal = new Client({ connection, identity: INSTALLATION });
  const store = createFolderStore(join(directory, 'archives'));
  const withoutWorkflows = await startWorkers(closers, { address, temporal, tfe, store });
  return {
    tfe,
    withoutWorkflows,
    temporal,
    installation: INSTALLATION,
    client: RunwrightClient.fromTemporalClient(temporal, { tfeAddress: tfe.address, installation: INSTALLATION }),
    archiveOf: (main, script) => pack(store, main, script),
    workspace: async (name) => {
      const where = { organization: ORGANIZATION, workspace: name };
      await ensureWorkspace(tfe, where);
      const id = tfe.services.store.workspaces.select().find((workspace) => workspace.name === name)?.id;
      if (id === undefined) throw new Error(`no workspace ${name}`);
      return { ...where, id };
    },
  };
}

interface Served {
  address: string;
  temporal: Client;
  tfe: LocalTfe;
  store: ArchiveStore;
}

async function startWorkers(
  closers: Closers,
  { address, temporal, tfe, store }: Served,
): Promise<RecordingStack['withoutWorkflows']> {
  quietWorkers();
  const native = await NativeConnection.connect({ address });
  closers.push(() => native.close());
  const tfeClient = createTfeClient({ address: tfe.address, token: () => tfe.token });
  closers.push(() => tfeClient.close());
  const access = new TemporalAccess(temporal);
  const hosting: Hosting = {
    connection: native,
    namespace: 'default',
    installation: INSTALLATION,
    allowsShortTimes: true,
    activities: wireActivities({
      tfe: tfeClient,
      archives: store,
      token: () => tfe.token,
      temporal: access,
      installation: INSTALLATION,
      namespaceId: (await readNamespace(access)).id,
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
  closers.push(() => stop(...running.keys()));
  const code = await workflowCode(Runtime.instance().logger);
  return async (meanwhile, then) => {
    await stop(workflowWorker!);
    await meanwhile();
    const { tuner, goOn } = firstTaskAlone();
    const workflows = { ...code, ...(then && { tuner }) };
    workflowWorker = await createWorkflowWorker({ ...hosting, workflows });
    running.set(workflowWorker, workflowWorker.run());
    await then?.();
    goOn();
  };
}

let isQuiet = false;

// A failing activity is what some scenarios are about.
function quietWorkers(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
}

async function pack(store: ArchiveStore, main: string, script: unknown): Promise<ArchiveRef> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-recorded-'));
  try {
    writeFileSync(join(directory, 'main.tf'), main);
    if (script !== undefined) writeFileSync(join(directory, 'local-tfe.json'), JSON.stringify(script));
    return await store.put(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
