import type { RequestView, RunwrightClient } from '@runwright/client';
import type { RunRequestInput, Timing } from '@runwright/client/contract';
import type { LocalTfe, LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import { localTfeForTests, makeWorkspace } from './local-tfe.ts';
import { packFiles } from './pack-files.ts';
import { connectToTemporal, uniqueName } from './temporal.ts';
import { waitUntil } from './wait-until.ts';
import type { InvariantsWatched } from './watch-invariants.ts';
import { startWorkersInProcess } from './workers-in-process.ts';

/** Delays that let a test see in seconds what takes minutes: the same code, other input (decision D11). */
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
  /** What every test of the file is held to; a test that breaks one on purpose says so. */
  invariants: InvariantsWatched;
  /** The workspace's name; `attributes` as TFE spells them. */
  workspace(attributes?: Record<string, unknown>): Promise<{ organization: string; workspace: string; id: string }>;
  /** Packs the files, or a directory, and returns a request for them. */
  request(options: RequestForTests): Promise<RunRequestInput>;
  /** Waits until the view shows what is wanted. */
  until(id: string, what: string, see: (view: RequestView) => boolean): Promise<RequestView>;
  /** The worker of the workflows is away meanwhile. */
  withoutWorkflows(meanwhile: () => Promise<unknown>): Promise<void>;
  /** From now on no watching look of any request is taken. */
  stopLooks(): Promise<void>;
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
  const started = await startWorkersInProcess(temporal, {
    tfe,
    purpose: 'test',
  });
  const { client, installation, archives, invariants, withoutWorkflows, stopLooks } = started;
  const until: Orchestrator['until'] = (id, what, see) =>
    waitUntil(what, async () => {
      const view = await client.view(id);
      return see(view) ? view : undefined;
    });
  const workspace: Orchestrator['workspace'] = (attributes = {}) =>
    makeWorkspace(tfe, { workspace: uniqueName('ws'), attributes });
  return {
    tfe,
    client,
    installation,
    invariants,
    workspace,
    until,
    withoutWorkflows,
    stopLooks,
    request: async ({ files, in: where, ...rest }) => {
      const { organization, workspace: name } = where ?? (await workspace());
      const configuration = rest.configuration ?? {
        kind: 'archive',
        archive: await packFiles(archives, files ?? ONE_RESOURCE),
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
      await client.approve(id, { runId: waiting.runId!, by });
      return waiting;
    },
  };
}

export const ONE_RESOURCE = {
  'main.tf':
    'resource "terraform_data" "one" {\n  input = "hello"\n}\n\noutput "said" {\n  value = terraform_data.one.output\n}\n',
};
