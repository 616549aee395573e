import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderStore } from '../../src/archive/index.ts';
import { RunwrightClient } from '../../src/client/index.ts';
import { TemporalAccess } from '../../src/client/temporal-access.ts';
import type { Timing } from '../../src/contract/run-request.ts';
import type { RunRequestInput } from '../../src/contract/run-request.ts';
import type { LocalTfe, LocalTfeOptions } from '../../src/local-tfe/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import { createWorkers, wireActivities } from '../../src/hosting.ts';
import { closeAfterTests } from './after-tests.ts';
import { localTfeForTests, makeWorkspace } from './local-tfe.ts';
import { packFiles } from './pack-files.ts';
import { connectToTemporal, uniqueName, workflowBundle } from './temporal.ts';
import { waitUntil } from './wait-until.ts';
import type { RequestView } from '../../src/client/index.ts';

/** Delays that let a test see in seconds what takes minutes: the same code, other input (design D11). */
export const SHORT_TIMES: Partial<Timing> = {
  commitWindowMs: 300,
  pollMinMs: 50,
  pollWorkingMaxMs: 200,
  pollPeopleMaxMs: 200,
  pollRefusedMs: 100,
  cleanupMs: 20_000,
  actionSettlesMs: 1_000,
};

export interface Orchestrator {
  tfe: LocalTfe;
  client: RunwrightClient;
  installation: string;
  /** The workspace's name; `attributes` as TFE spells them. */
  workspace(attributes?: Record<string, unknown>): Promise<{ organization: string; workspace: string; id: string }>;
  /** Packs the files, or a directory, and returns a request for them. */
  request(options: RequestForTests): Promise<RunRequestInput>;
  /** Waits until the view shows what is wanted. */
  until(id: string, what: string, see: (view: RequestView) => boolean): Promise<RequestView>;
  /** Approves the run that waits. */
  approve(id: string, by?: string): Promise<RequestView>;
}

export interface RequestForTests extends Partial<RunRequestInput> {
  /** Name to content of the configuration; default one `terraform_data`. */
  files?: Record<string, string>;
  in?: { organization: string; workspace: string };
}

/**
 * A worker in this process on the run's Temporal server, and a local TFE with real terraform. Call it once, at the top
 * of a test file: `beforeAll(async () => { its = await startOrchestrator(); })`.
 */
export function useOrchestrator(options: LocalTfeOptions = {}): () => Promise<Orchestrator> {
  const temporal = connectToTemporal();
  let started: Promise<Orchestrator> | undefined;
  return () => (started ??= startOrchestrator(temporal, options));
}

async function startOrchestrator(
  temporal: ReturnType<typeof connectToTemporal>,
  options: LocalTfeOptions,
): Promise<Orchestrator> {
  const tfe = await localTfeForTests(options);
  const installation = uniqueName('test');
  const archives = mkdtempSync(join(tmpdir(), 'runwright-archives-'));
  const client = await temporal.client();
  const access = new TemporalAccess(client);
  const tfeClient = createTfeClient({ address: tfe.address, token: () => tfe.token });
  const store = createFolderStore(archives);
  const workers = await createWorkers({
    connection: await temporal.nativeConnection(),
    namespace: 'default',
    installation,
    workflows: { workflowBundle: workflowBundle() },
    activities: wireActivities({
      tfe: tfeClient,
      archives: store,
      token: () => tfe.token,
      temporal: access,
      installation,
      tfeAddress: tfe.address,
    }),
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  closeAfterTests(async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await tfeClient.close();
    rmSync(archives, { recursive: true, force: true });
  });
  const runwright = RunwrightClient.fromTemporalClient(client, { tfeAddress: tfe.address, installation });
  const until: Orchestrator['until'] = (id, what, see) =>
    waitUntil(what, async () => {
      const view = await runwright.view(id);
      return see(view) ? view : undefined;
    });
  const workspace: Orchestrator['workspace'] = (attributes = {}) =>
    makeWorkspace(tfe, { workspace: uniqueName('ws'), attributes });
  return {
    tfe,
    client: runwright,
    installation,
    workspace,
    until,
    request: async ({ files, in: where, ...rest }) => {
      const { organization, workspace: name } = where ?? (await workspace());
      const configuration = rest.configuration ?? {
        kind: 'archive',
        archive: await packFiles(store, files ?? ONE_RESOURCE),
      };
      return {
        key: uniqueName('key'),
        organization,
        workspace: name,
        requestedBy: 'ana',
        ...rest,
        configuration,
        timing: { ...SHORT_TIMES, ...rest.timing },
      };
    },
    approve: async (id, by = 'ben') => {
      const waiting = await until(id, 'the run to wait for approval', ({ phase }) => phase === 'awaiting-confirmation');
      await runwright.approve(id, { runId: waiting.runId!, by });
      return waiting;
    },
  };
}

export const ONE_RESOURCE = {
  'main.tf':
    'resource "terraform_data" "one" {\n  input = "hello"\n}\n\noutput "said" {\n  value = terraform_data.one.output\n}\n',
};
