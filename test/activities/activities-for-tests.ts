import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Info } from '@temporalio/activity';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createFolderStore } from '@runwright/client/archive';
import { type ArchiveRef, taskQueueOf, type Timing, WORKFLOW_TYPE } from '@runwright/client/contract';
import { createActivities, type RunActivities } from '../../src/activities/index.ts';
import type { ActivityDeps } from '../../src/activities/activity-deps.ts';
import { createKeyRing } from '../../src/codec/key-ring.ts';
import { createSealer } from '../../src/codec/seal.ts';
import { createSigner } from '../../src/codec/sign.ts';
import type { LocalTfe, LocalTfeOptions } from '../../packages/local-tfe/src/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClientOptions } from '../../src/tfe/client.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { localTfeForTests, makeWorkspace, type WorkspaceForTests } from '../support/local-tfe.ts';
import { uniqueName } from '../support/temporal.ts';

export const TIMING: Timing = {
  commitWindowMs: 300,
  pollMinMs: 50,
  pollWorkingMaxMs: 200,
  pollPeopleMaxMs: 400,
  pollRefusedMs: 777,
  goneMs: 86_400_000,
  cleanupMs: 20_000,
  actionSettlesMs: 1_000,
};

export const EXECUTION = { workflowId: 'runwright/tfe/demo/ws/key', runId: '11111111-1111-4111-8111-111111111111' };

/** What Temporal says of the workflow that asks. */
export const OWN_REQUEST = {
  state: 'running',
  firstExecutionRunId: EXECUTION.runId,
  taskQueue: taskQueueOf('tests'),
} as const;

/** Of the namespace that the activities work for. */
export const NAMESPACE_ID = '22222222-2222-4222-8222-222222222222';

type Call<Name extends keyof RunActivities> = Parameters<RunActivities[Name]>[0];

export interface Attempt {
  info?: Partial<Info>;
  deps?: Partial<ActivityDeps>;
  tfe?: Partial<TfeClientOptions>;
}

/** What one attempt of an activity came to. */
export interface Attempted<Answer> {
  answer?: Answer;
  error?: unknown;
  heartbeats: unknown[];
}

export interface ActivitiesForTests {
  tfe: LocalTfe;
  workspace(attributes?: Record<string, unknown>): Promise<WorkspaceForTests>;
  archive(files?: Record<string, string>): Promise<ArchiveRef>;
  /** One attempt, as a worker would make it. */
  attempt<Name extends keyof RunActivities>(
    name: Name,
    input: Call<Name>,
    attempt?: Attempt,
  ): Promise<Attempted<Awaited<ReturnType<RunActivities[Name]>>>>;
  /** The answer of the first attempt; rejects as the activity does. */
  call<Name extends keyof RunActivities>(
    name: Name,
    input: Call<Name>,
    attempt?: Attempt,
  ): Promise<Awaited<ReturnType<RunActivities[Name]>>>;
  /** Requests of a route whose path or answer names the thing, in order. */
  requests(route: string, after?: number): ReturnType<LocalTfe['journal']['entries']>;
  /** Number of the newest journal entry. */
  now(): number;
}

/** The activities on a local TFE over HTTP, each attempt in a MockActivityEnvironment. Call it once, at the top of a file. */
export function useActivities(options: LocalTfeOptions = {}): () => Promise<ActivitiesForTests> {
  let started: Promise<ActivitiesForTests> | undefined;
  return () => (started ??= start(options));
}

/** What seals and signs, of a worker with that token. */
export function sealing(
  token: () => string,
  sealKeys: readonly string[] = [],
): Pick<ActivityDeps, 'sealer' | 'signer'> {
  const keys = createKeyRing({ token, sealKeys: () => sealKeys });
  const installation = 'tests';
  return { sealer: createSealer({ keys, installation }), signer: createSigner({ keys, installation }) };
}

async function start(options: LocalTfeOptions): Promise<ActivitiesForTests> {
  const tfe = await localTfeForTests(options);
  const folder = mkdtempSync(join(tmpdir(), 'runwright-archives-'));
  closeAfterTests(() => rmSync(folder, { recursive: true, force: true }));
  const store = createFolderStore(folder);

  const activitiesFor = ({ deps = {}, tfe: clientOptions = {} }: Attempt): RunActivities => {
    const client = createTfeClient({ address: tfe.address, token: () => tfe.token, ...clientOptions });
    closeAfterTests(() => client.close());
    return createActivities({
      tfe: client,
      archives: store,
      ...sealing(() => tfe.token),
      installation: 'tests',
      namespaceId: NAMESPACE_ID,
      tfeAddress: tfe.address,
      allowsShortTimes: true,
      liveness: async () => OWN_REQUEST,
      wasMadeBy: async () => false,
      restoredAtMs: async () => undefined,
      attemptState: async () => 'awaited',
      findPause: async () => undefined,
      ...deps,
    });
  };

  const attempt: ActivitiesForTests['attempt'] = async (name, input, how = {}) => {
    const heartbeats: unknown[] = [];
    const environment = new MockActivityEnvironment(
      {
        workflowExecution: EXECUTION,
        workflowType: WORKFLOW_TYPE,
        heartbeatTimeoutMs: 10_000,
        activityType: name,
        ...how.info,
      },
      { logger: new DefaultLogger('ERROR') },
    );
    environment.on('heartbeat', (details: unknown) => heartbeats.push(details));
    const activity = activitiesFor(how)[name] as (input: unknown) => Promise<never>;
    try {
      return { answer: await environment.run(activity, input), heartbeats };
    } catch (error) {
      return { error, heartbeats };
    }
  };

  return {
    tfe,
    attempt,
    workspace: (attributes = {}) => makeWorkspace(tfe, { workspace: uniqueName('ws'), attributes }),
    archive: (files = ONE_RESOURCE) => pack(store, files),
    call: async (name, input, how) => {
      const { answer, error } = await attempt(name, input, how);
      if (answer === undefined) throw error;
      return answer as never; // its type hangs on `name`, which TypeScript cannot narrow here
    },
    requests: (route, after = 0) => tfe.journal.entries({ route, kind: 'request', after }),
    now: () => tfe.journal.entries().at(-1)?.seq ?? 0,
  };
}

export const ONE_RESOURCE = {
  'main.tf':
    'resource "terraform_data" "one" {\n  input = "hello"\n}\n\noutput "said" {\n  value = terraform_data.one.output\n}\n',
};

async function pack(store: ReturnType<typeof createFolderStore>, files: Record<string, string>): Promise<ArchiveRef> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-configuration-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    return await store.put(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
