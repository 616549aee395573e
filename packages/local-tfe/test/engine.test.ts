import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { document, eventually, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';

const scripted = (script: unknown): Files => ({ ...HELLO, 'local-tfe.json': JSON.stringify(script) });

describe('the run engine', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeEach(async () => {
    tfe = await startTfe({ forceCancelAfterMs: 100 });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterEach(() => tfe.close());

  const newRun = async (files: Files, attributes = {}): Promise<string> =>
    tfe.run(workspaceId, await tfe.configuration(workspaceId, files), attributes);
  const attributes = async (path: string) => (await tfe.api('GET', path)).body.data.attributes;

  it('keeps a second run pending until the first lets go, and lets plan-only runs pass', async () => {
    const first = await newRun(HELLO);
    await tfe.confirmable(first);
    const second = await newRun(HELLO);
    const aside = await newRun(HELLO, { 'plan-only': true });

    await tfe.reaches(aside, 'planned_and_finished');
    expect(await attributes(`/runs/${second}`)).toMatchObject({ status: 'pending', 'position-in-queue': 1 });
    expect(await attributes(`/workspaces/${workspaceId}`)).toMatchObject({ locked: true });

    expect((await tfe.api('POST', `/runs/${first}/actions/discard`)).status).toBe(202);
    await tfe.confirmable(second);
    expect((await attributes(`/runs/${first}`)).status).toBe('discarded');
  });

  it('keeps runs pending behind a person’s lock, and refuses a lock while a run holds the workspace', async () => {
    expect((await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`, { reason: 'maintenance' })).status).toBe(
      200,
    );
    expect((await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`)).status).toBe(409);
    const runId = await newRun(HELLO);
    expect((await attributes(`/runs/${runId}`)).status).toBe('pending');

    expect((await tfe.api('POST', `/workspaces/${workspaceId}/actions/unlock`)).status).toBe(200);
    await tfe.confirmable(runId);
    const lock = await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`);
    const unlock = await tfe.api('POST', `/workspaces/${workspaceId}/actions/unlock`);
    expect([lock.status, unlock.status]).toEqual([409, 409]);
    expect(unlock.body.errors[0].detail).toContain('is locked by Run');
  });

  it('interrupts a plan that is canceled, refuses a second cancel, and frees the workspace', async () => {
    const runId = await newRun(scripted({ plan: { seconds: 60 } }));
    await tfe.reaches(runId, 'planning');

    expect((await tfe.api('POST', `/runs/${runId}/actions/cancel`)).status).toBe(202);
    await tfe.reaches(runId, 'canceled');
    expect((await attributes(`/runs/${runId}/plan`)).status).toBe('canceled');
    const again = await tfe.api('POST', `/runs/${runId}/actions/cancel`);
    expect([again.status, again.body.errors[0].title]).toEqual([409, 'transition not allowed']);
    expect((await attributes(`/workspaces/${workspaceId}`)).locked).toBe(false);
  });

  it('interrupts terraform in the middle of an apply and keeps the state of what was done', async () => {
    const slow = {
      'main.tf': `resource "terraform_data" "first" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" {
    command = "sleep 60"
  }
}
resource "terraform_data" "never" {
  depends_on = [terraform_data.slow]
}`,
    };
    const runId = await newRun(slow, { 'auto-apply': true });
    await tfe.reaches(runId, 'applying');
    await eventually('the slow resource', async () =>
      (await tfe.log(`/runs/${runId}/apply`)).includes('local-exec') ? true : undefined,
    );

    await tfe.api('POST', `/runs/${runId}/actions/cancel`);

    await tfe.reaches(runId, 'canceled');
    const apply = await tfe.api('GET', `/runs/${runId}/apply`);
    expect(apply.body.data.attributes).toMatchObject({ status: 'canceled', 'resource-additions': 2 });
    expect(apply.body.data.relationships['state-versions'].data).toHaveLength(1);
  });

  it('allows a force-cancel only after a cancel and its cool-off', async () => {
    const runId = await newRun(scripted({ apply: { seconds: 60, 'ignores-cancel': true } }), { 'auto-apply': true });
    await tfe.reaches(runId, 'applying');
    expect((await tfe.api('POST', `/runs/${runId}/actions/force-cancel`)).status).toBe(409);
    await tfe.api('POST', `/runs/${runId}/actions/cancel`);

    await eventually('the cool-off', async () =>
      (await attributes(`/runs/${runId}`)).actions['is-force-cancelable'] ? true : undefined,
    );
    expect((await tfe.api('POST', `/runs/${runId}/actions/force-cancel`)).status).toBe(202);

    const after = await attributes(`/runs/${runId}`);
    expect(after.status).toBe('canceled');
    expect(after['status-timestamps']).toHaveProperty('force-canceled-at');
    expect((await attributes(`/workspaces/${workspaceId}`)).locked).toBe(false);
  });

  it('errors a run whose plan or apply fails, and says why in the log', async () => {
    const planFails = await newRun({ 'main.tf': 'resource "terraform_data" "one" {\n  input = var.missing\n}\n' });
    await tfe.reaches(planFails, 'errored');
    expect(await tfe.log(`/runs/${planFails}/plan`)).toContain('Reference to undeclared input variable');

    const scriptedPlan = await newRun(scripted({ plan: { error: 'the quota is used up' } }));
    await tfe.reaches(scriptedPlan, 'errored');
    expect(await tfe.log(`/runs/${scriptedPlan}/plan`)).toContain('the quota is used up');

    const applyFails = await newRun(scripted({ apply: { 'error-after': 'the network is gone' } }), {
      'auto-apply': true,
    });
    await tfe.reaches(applyFails, 'errored');
    expect(await attributes(`/runs/${applyFails}/apply`)).toMatchObject({ status: 'errored', 'resource-additions': 1 });
    expect((await attributes(`/runs/${planFails}/apply`)).status).toBe('unreachable');
  });

  it('honors destroy, target, replace, refresh-only and variables', async () => {
    const files = {
      'main.tf': `variable "who" {}
variable "count_of" { default = 1 }
resource "terraform_data" "a" { input = var.who }
resource "terraform_data" "b" { input = var.count_of }`,
    };
    await tfe.api(
      'POST',
      `/workspaces/${workspaceId}/vars`,
      document('vars', { key: 'who', value: 'a ${b}', category: 'terraform' }),
    );
    const targeted = await newRun(files, { 'target-addrs': ['terraform_data.a'], 'auto-apply': true });
    await tfe.reaches(targeted, 'applied');
    expect(await attributes(`/runs/${targeted}/apply`)).toMatchObject({ 'resource-additions': 1 });

    const rest = await newRun(files, { variables: [{ key: 'count_of', value: '[1, 2]' }], 'auto-apply': true });
    await tfe.reaches(rest, 'applied');
    const state = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version`);
    const raw = await (await fetch(state.body.data.attributes['hosted-state-download-url'])).text();
    expect(raw).toContain('a ${b}');

    const keep = { variables: [{ key: 'count_of', value: '[1, 2]' }] };
    const replaced = await newRun(files, { ...keep, 'replace-addrs': ['terraform_data.b'] });
    await tfe.confirmable(replaced);
    expect(await attributes(`/runs/${replaced}/plan`)).toMatchObject({
      'resource-additions': 1,
      'resource-destructions': 1,
    });
    await tfe.api('POST', `/runs/${replaced}/actions/discard`);

    const refreshed = await newRun(files, { ...keep, 'refresh-only': true });
    await tfe.reaches(refreshed, 'planned_and_finished');

    const destroyed = await newRun(files, { ...keep, 'is-destroy': true, 'auto-apply': true });
    await tfe.reaches(destroyed, 'applied');
    expect(await attributes(`/runs/${destroyed}/apply`)).toMatchObject({ 'resource-destructions': 2 });
  });

  it('applies an empty plan by itself when the run allows it, and keeps saved plans until the state moves', async () => {
    await tfe.reaches(await newRun(HELLO, { 'auto-apply': true }), 'applied');
    await tfe.reaches(await newRun(HELLO, { 'allow-empty-apply': true }), 'applied');

    const changed = { 'main.tf': 'resource "terraform_data" "two" {}\n' };
    const saved = await newRun(changed, { 'save-plan': true });
    await tfe.reaches(saved, 'planned_and_saved');
    expect((await attributes(`/runs/${saved}`)).actions['is-confirmable']).toBe(true);
    await tfe.reaches(await newRun(changed, { 'auto-apply': true }), 'applied');
    await tfe.reaches(saved, 'discarded');
  });

  it('writes logs for people where the workspace wants no structured ones, and counts the same', async () => {
    await tfe.api(
      'PATCH',
      `/workspaces/${workspaceId}`,
      document('workspaces', { 'structured-run-output-enabled': false }),
    );
    const runId = await newRun(HELLO, { 'auto-apply': true });

    await tfe.reaches(runId, 'applied');

    const log = await tfe.log(`/runs/${runId}/apply`);
    expect(log).toContain('Apply complete! Resources: 1 added');
    expect(log).not.toContain('"@level"');
    expect(await attributes(`/runs/${runId}/apply`)).toMatchObject({ 'resource-additions': 1 });
  });

  it('keeps the state of what an apply did before it failed', async () => {
    const runId = await newRun(
      {
        'main.tf': `resource "terraform_data" "fine" {}
resource "terraform_data" "bad" {
  depends_on = [terraform_data.fine]
  provisioner "local-exec" {
    command = "exit 3"
  }
}`,
      },
      { 'auto-apply': true },
    );

    await tfe.reaches(runId, 'errored');

    const state = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version`);
    expect(state.body.data.attributes.resources.map(({ name }: { name: string }) => name).sort()).toEqual([
      'bad',
      'fine',
    ]);
    expect((await attributes(`/runs/${runId}`))['error-text']).toContain('local-exec provisioner error');
  });

  it('runs in the working directory of the workspace', async () => {
    await tfe.api('PATCH', `/workspaces/${workspaceId}`, document('workspaces', { 'working-directory': '/envs/prod' }));
    const runId = await newRun({ 'envs/prod/main.tf': HELLO['main.tf'] ?? '', 'main.tf': 'not terraform at all {' });

    await tfe.confirmable(runId);

    await tfe.api('PATCH', `/workspaces/${workspaceId}`, document('workspaces', { 'working-directory': 'nowhere' }));
    await tfe.api('POST', `/runs/${runId}/actions/discard`);
    await tfe.reaches(await newRun(HELLO), 'errored');
  });

  it('holds a run in a status until it is released, and waits while there is no capacity', async () => {
    const hold = tfe.holds.add({ status: 'planning' });
    const runId = await newRun(HELLO);
    await tfe.reaches(runId, 'planning');
    await tfe.control('PUT', '/capacity', { concurrency: 0 });
    tfe.holds.release(hold.id);
    await tfe.confirmable(runId);
    await tfe.api('POST', `/runs/${runId}/actions/discard`);

    const queued = await newRun(HELLO);
    await tfe.reaches(queued, 'plan_queued');
    await tfe.control('PUT', '/capacity', { concurrency: 1 });
    await tfe.confirmable(queued);
  });

  it('lets other people act when a run gets where they wait for it', async () => {
    tfe.people.add({ as: 'bob', act: 'confirm', when: 'confirmable', workspace: workspaceId, comment: 'mine' });
    const runId = await newRun(HELLO);

    const applied = await tfe.reaches(runId, 'applied');
    const by = await tfe.api('GET', `/runs/${runId}?include=confirmed_by,comments`);

    expect(by.body.included.map((resource: { attributes: Record<string, unknown> }) => resource.attributes)).toEqual(
      expect.arrayContaining([expect.objectContaining({ username: 'bob' }), expect.objectContaining({ body: 'mine' })]),
    );
    expect(applied.body.data.relationships['confirmed-by'].data).not.toBeNull();
  });

  it('ends every earlier unfinished run when a pending one is force-executed', async () => {
    const holder = await newRun(HELLO);
    await tfe.confirmable(holder);
    const [second, third] = [await newRun(HELLO), await newRun(HELLO)];
    expect((await tfe.api('POST', `/runs/${holder}/actions/force-execute`)).status).toBe(403);

    expect((await tfe.api('POST', `/runs/${third}/actions/force-execute`)).status).toBe(202);

    await tfe.confirmable(third);
    expect([(await attributes(`/runs/${holder}`)).status, (await attributes(`/runs/${second}`)).status]).toEqual([
      'discarded',
      'discarded',
    ]);
  });
});
