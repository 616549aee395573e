import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFolderStore } from '@runwright/client/archive';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClient } from '../../src/tfe/client.ts';
import type { Run } from '../../src/tfe/resources/runs.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { waitUntil } from '../support/wait-until.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { errorOf } from './client-for-tests.ts';

let server: LocalTfe;
let tfe: TfeClient;
let workspaceId: string;
let scratch: string;

const MAIN_TF = `
resource "terraform_data" "greeting" { input = "hello" }
output "greeting" { value = terraform_data.greeting.output }
output "password" {
  value     = "planted-password"
  sensitive = true
}
`;

beforeAll(async () => {
  server = await localTfeForTests();
  tfe = createTfeClient({ address: server.address, token: () => server.token });
  closeAfterTests(() => tfe.close());
  workspaceId = (await makeWorkspace(server, { workspace: 'client' })).id;
  scratch = await mkdtemp(join(tmpdir(), 'runwright-tfe-client-'));
});

afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Packs the text as main.tf, uploads it and waits until TFE has processed it. */
async function uploaded(mainTf: string, speculative = false): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'configuration-'));
  await writeFile(join(directory, 'main.tf'), mainTf);
  await mkdir(join(scratch, 'archives'), { recursive: true });
  const store = createFolderStore(join(scratch, 'archives'));
  const ref = await store.put(directory);
  const { id, uploadUrl } = await tfe.configurationVersions.create({ workspaceId, autoQueueRuns: false, speculative });
  await tfe.configurationVersions.upload(uploadUrl, await store.open(ref));
  await waitUntil(
    'the configuration to be processed',
    async () => (await tfe.configurationVersions.read(id)).status === 'uploaded',
  );
  return id;
}

async function runThat(description: string, runId: string, is: (run: Run) => boolean): Promise<Run> {
  await waitUntil(description, async () => is(await tfe.runs.read(runId)));
  return tfe.runs.read(runId);
}

describe('the client on the local TFE', () => {
  it('takes a run from its configuration to its outputs', async () => {
    const configurationVersionId = await uploaded(MAIN_TF);
    const created = await tfe.runs.create({
      workspaceId,
      configurationVersionId,
      autoApply: false,
      message: 'say hello [marker]',
    });
    const planned = await runThat(
      'the run to wait for confirmation',
      created.id,
      ({ actions }) => actions.isConfirmable,
    );
    const plan = await tfe.plans.read(planned.planId ?? '');

    expect(created).toMatchObject({ autoApply: false, configurationVersionId, message: 'say hello [marker]' });
    expect(planned).toMatchObject({ hasChanges: true, workspaceId });
    expect(plan).toMatchObject({ status: 'finished', counts: { additions: 1, changes: 0, destructions: 0 } });
    await expect(tfe.logs.readTail(plan.logUrl!, { maxBytes: 8_192 })).resolves.toContain('terraform_data.greeting');
    await expect(tfe.plans.readRedactedJson(plan.id)).resolves.toMatchObject({
      plan_format_version: expect.any(String),
    });

    await tfe.runs.apply(created.id, { comment: 'Looks good to me' });
    const applied = await runThat('the run to be applied', created.id, ({ status }) => status === 'applied');
    const apply = await tfe.applies.read(applied.applyId ?? '');
    const stateVersionId = apply.stateVersionIds?.at(-1) ?? '';
    await waitUntil(
      'the outputs to be read out of the state',
      async () => (await tfe.stateVersions.read(stateVersionId)).resourcesProcessed === true,
    );
    const outputs = await tfe.stateVersions.outputs(stateVersionId);

    expect(apply).toMatchObject({ status: 'finished', counts: { additions: 1 } });
    expect(outputs.items).toContainEqual(
      expect.objectContaining({ name: 'greeting', sensitive: false, value: 'hello' }),
    );
    expect(JSON.stringify(outputs)).not.toContain('planted-password');
    const password = outputs.items.find(({ name }) => name === 'password');
    await expect(tfe.stateVersionOutputs.read(password?.id ?? '')).resolves.toMatchObject({
      value: 'planted-password',
    });
    await expect(tfe.stateVersions.current(workspaceId)).resolves.toMatchObject({
      id: stateVersionId,
      runId: created.id,
    });
    await expect(tfe.comments.list(created.id)).resolves.toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ body: 'Looks good to me' })]),
    });
  });

  it('is refused a second apply as a conflict', async () => {
    const configurationVersionId = await uploaded(`${MAIN_TF}\n# another`);
    const { id } = await tfe.runs.create({ workspaceId, configurationVersionId, autoApply: false, mode: 'destroy' });
    await runThat('the run to wait for confirmation', id, ({ actions }) => actions.isConfirmable);
    await tfe.runs.discard(id);
    await runThat('the run to be discarded', id, ({ status }) => status === 'discarded');

    expect(await errorOf(tfe.runs.apply(id))).toMatchObject({ kind: 'conflict', facts: { status: 409 } });
    expect(await errorOf(tfe.runs.discard(id))).toMatchObject({ kind: 'conflict' });
  });

  it('finds a plan-only run by its message only where it asks for plan-only runs', async () => {
    const configurationVersionId = await uploaded(MAIN_TF, true);
    const { id } = await tfe.runs.create({
      workspaceId,
      configurationVersionId,
      message: 'just looking',
      mode: 'plan-only',
    });
    await runThat('the plan to be finished', id, ({ status }) => status === 'planned_and_finished');

    const idsOf = async (operations?: string[]): Promise<string[]> =>
      (await tfe.runs.list({ workspaceId, operations, search: 'just looking' })).items.map((run) => run.id);

    expect(await idsOf(['plan_only'])).toEqual([id]);
    expect(await idsOf()).toEqual([]);
  });

  it('knows a bad token, an unknown workspace and an unknown run', async () => {
    const stranger = createTfeClient({ address: server.address, token: () => 'wrong' });
    closeAfterTests(() => stranger.close());

    expect(await errorOf(stranger.workspaces.readByName('demo', 'client'))).toMatchObject({ kind: 'unauthorized' });
    expect(await errorOf(tfe.workspaces.readByName('demo', 'nothing'))).toMatchObject({ kind: 'not-found' });
    expect(await errorOf(tfe.runs.read('run-0000000000000000'))).toMatchObject({ kind: 'not-found' });
  });

  it('reads the workspace, the account, the organization and the server', async () => {
    await expect(tfe.workspaces.readByName('demo', 'client')).resolves.toMatchObject({
      id: workspaceId,
      isVcsConnected: false,
      executionMode: 'remote',
      permissions: { canQueueRun: true, canQueueApply: true },
    });
    await expect(tfe.workspaces.readById(workspaceId)).resolves.toMatchObject({ name: 'client' });
    await expect(tfe.account.details()).resolves.toMatchObject({ username: expect.any(String) });
    await expect(tfe.organizations.read('demo')).resolves.toMatchObject({ name: 'demo' });
    await expect(tfe.organizations.entitlements('demo')).resolves.toMatchObject({ operations: true });
    await expect(tfe.ping()).resolves.toMatchObject({ apiVersion: expect.any(String) });
  });
});
