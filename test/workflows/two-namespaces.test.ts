import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { reaperScheduleIdOf } from '@runwright/client/contract';
import { readNamespace, TemporalAccess } from '@runwright/client/temporal';
import { setUpTemporal } from '../../src/temporal/setup.ts';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import type { Environment } from '../../src/stack/child-environment.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { runCliInProcess } from '../support/cli-in-process.ts';
import { localTfeForTests, makeWorkspace } from '../support/local-tfe.ts';
import { packFiles } from '../support/pack-files.ts';
import { ONE_RESOURCE, SHORT_TIMES } from '../support/orchestrator.ts';
import { statusOf } from '../support/orphans.ts';
import { connectToTemporal, temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { startWorkersInProcess, type WorkersInProcess } from '../support/workers-in-process.ts';

const temporal = connectToTemporal();

/** The workers of one namespace, and a request of theirs that waits for people. */
interface Side extends WorkersInProcess {
  namespaceId: string;
  temporal: Client;
  workflowId: string;
  runId: string;
}

async function openSide(tfe: LocalTfe, installation: string, namespace: string): Promise<Side> {
  const { connection } = await temporal.client();
  const client = new Client({ connection, namespace });
  const access = new TemporalAccess(client);
  await setUpTemporal(access);
  const workers = await startWorkersInProcess(temporal, { tfe, purpose: 'twice', installation, namespace });
  const { organization, workspace } = await makeWorkspace(tfe, { workspace: uniqueName('ws') });
  const { workflowId } = await workers.client.start({
    key: uniqueName('key'),
    organization,
    workspace,
    configuration: { kind: 'archive', archive: await packFiles(workers.archives, ONE_RESOURCE) },
    requestedBy: 'ana',
    timing: SHORT_TIMES,
  });
  const { runId } = await waitUntil(`the request in ${namespace} to wait`, async () => {
    const view = await workers.client.view(workflowId);
    return view.phase === 'awaiting-confirmation' && view;
  });
  closeAfterTests(async () => {
    await client.workflow
      .getHandle(workflowId)
      .terminate('the test is over')
      .catch(() => undefined);
  });
  return { ...workers, namespaceId: (await readNamespace(access)).id, temporal: client, workflowId, runId: runId! };
}

describe('two namespaces under one installation', () => {
  const installation = uniqueName('twice');
  const namespace = uniqueName('twice');
  let tfe: LocalTfe;
  let one: Side;
  let other: Side;

  beforeAll(async () => {
    tfe = await localTfeForTests({ engine: 'simulated' });
    one = await openSide(tfe, installation, 'default');
    other = await openSide(tfe, installation, namespace);
  }, 180_000);

  const settings = (changes: Environment = {}): Environment => ({
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    TFE_ADDRESS: tfe.address,
    TFE_TOKEN: tfe.token,
    RUNWRIGHT_INSTALLATION: installation,
    ...changes,
  });

  it('are found by the doctor, who says what to do: exit code 2', async () => {
    const { code, stdout } = await runCliInProcess(['doctor'], settings());

    expect(stdout).toMatch(RegExp(`✘ installation +1 unfinished run .*\\(id ${one.namespaceId}\\): ${one.runId}\\n`));
    expect(stdout).toMatch(/→ give one of the two namespaces another RUNWRIGHT_INSTALLATION/);
    expect(code).toBe(2);
  });

  it('are refused by the set-up, which schedules no reaper: exit code 2', async () => {
    const { code, stderr } = await runCliInProcess(['setup'], settings());
    const scheduled = other.temporal.schedule.getHandle(reaperScheduleIdOf(installation)).describe();

    await expect(scheduled).rejects.toThrow(/not found/i);
    expect(stderr).toMatch(/another RUNWRIGHT_INSTALLATION/);
    expect(code).toBe(2);
  });

  it('are told apart by a name of their own, and by what was not seen', async () => {
    const alone = await runCliInProcess(['setup'], settings({ RUNWRIGHT_INSTALLATION: uniqueName('alone') }));
    const blind = await runCliInProcess(['setup'], settings({ TFE_ADDRESS: '', TFE_TOKEN: '' }));
    const [refused] = (await runCliInProcess(['setup', '--json'], settings({ TFE_TOKEN: 'wrong' }))).documents();

    expect(alone).toMatchObject({ code: 0, stdout: expect.stringMatching(/no other namespace .*last year/) });
    expect(blind).toMatchObject({ code: 0, stdout: expect.stringMatching(/not checked \(that needs TFE_ADDRESS/) });
    expect(refused).toMatchObject({ otherNamespaces: { state: 'not-checked', why: expect.stringContaining('401') } });
  });

  it('are named in the output of a reaper', async () => {
    const { code, stdout } = await runCliInProcess(['reap', '--dry-run'], settings());

    expect(stdout).toMatch(RegExp(`left alone: 1 unfinished run .*\\(id ${one.namespaceId}\\): ${one.runId}\\n`));
    expect(code).toBe(0);
  });

  it('each leave the runs of the other alone, name them, and end their own', async () => {
    const report = await other.client.reap({ mode: 'act' });

    expect(statusOf({ tfe }, one.runId)).toBe('planned');
    expect(report).toMatchObject({
      examined: 1,
      runs: [],
      otherNamespaces: [{ namespaceId: one.namespaceId, runs: [one.runId] }],
    });

    // Control: its own orphan is found and ended, by its own reaper alone.
    await other.temporal.workflow.getHandle(other.workflowId).terminate('by hand');
    expect(await one.client.reap({ mode: 'act' })).toMatchObject({
      runs: [],
      otherNamespaces: [{ namespaceId: other.namespaceId, runs: [other.runId] }],
    });
    expect(await other.client.reap({ mode: 'act' })).toMatchObject({
      runs: [{ runId: other.runId, action: 'discard', answer: 'accepted' }],
    });
    await waitUntil('its own orphan to be discarded', () => statusOf({ tfe }, other.runId) === 'discarded');
    expect(statusOf({ tfe }, one.runId)).toBe('planned');
  });
});
