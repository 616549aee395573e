import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../../../src/stack/program-path.ts';
import { HELLO, startTfe } from '../support/tfe-driver.ts';
import type { Files, Reply, Tfe } from '../support/tfe-driver.ts';

const tofu = await findOnPath('tofu', process.env);
const withTofu: typeof describe.skip = tofu === undefined ? withoutTofu() : describe;

withTofu('the local TFE on OpenTofu', () => {
  let tfe: Tfe;
  let path: string;

  beforeAll(async () => {
    // Where a terraform is on the PATH too, it would be taken.
    path = mkdtempSync(join(tmpdir(), 'runwright-opentofu-'));
    symlinkSync(tofu ?? '', join(path, 'tofu'));
    tfe = await startTfe({ engine: 'real', env: { PATH: path } });
    await tfe.organization();
  });
  afterAll(async () => {
    await tfe.close();
    rmSync(path, { recursive: true, force: true });
  });

  const newRun = async (workspaceId: string, files: Files, attributes = {}): Promise<string> =>
    tfe.run(workspaceId, await tfe.configuration(workspaceId, files), attributes);
  const read = async (place: string): Promise<Reply['body']> => (await tfe.api('GET', place)).body;
  it('applies, tells counts, outputs and the plan, finds nothing more to do, and destroys', async () => {
    expect(tfe.engine).toMatch(/^tofu /);
    const workspaceId = await tfe.workspace('whole');
    const runId = await newRun(workspaceId, HELLO);
    await tfe.confirmable(runId);
    expect((await read(`/runs/${runId}/plan`)).data.attributes).toMatchObject({ 'resource-additions': 1 });
    const document = await fetch(
      (await tfe.api('GET', `/runs/${runId}/plan/json-output`)).headers.get('location') ?? '',
    );
    expect(await document.json()).toMatchObject({ resource_changes: [{ address: 'terraform_data.one' }] });
    await tfe.api('POST', `/runs/${runId}/actions/apply`);
    await tfe.reaches(runId, 'applied');

    expect((await read(`/runs/${runId}/apply`)).data.attributes).toMatchObject({ 'resource-additions': 1 });
    expect(await tfe.log(`/runs/${runId}/apply`)).toContain('Apply complete! Resources: 1 added');
    const outputs = (await read(`/workspaces/${workspaceId}/current-state-version-outputs`)).data;
    expect(outputs).toMatchObject([{ attributes: { name: 'one', value: '1' } }]);

    await tfe.reaches(await newRun(workspaceId, HELLO), 'planned_and_finished');
    const destroyed = await newRun(workspaceId, HELLO, { 'is-destroy': true, 'auto-apply': true });
    await tfe.reaches(destroyed, 'applied');
    expect((await read(`/runs/${destroyed}/apply`)).data.attributes).toMatchObject({ 'resource-destructions': 1 });
  });

  // OpenTofu's plan does not say whether it can be applied: its document has to be read.
  it.each([
    { what: 'a move', to: `moved {\n  from = terraform_data.one\n  to = terraform_data.two\n}\n${resource('two')}` },
    { what: 'a resource that is forgotten', to: 'removed {\n  from = terraform_data.one\n}\n' },
    { what: 'an output', to: `${resource('one')}output "more" {\n  value = 1\n}\n` },
  ])('has $what to apply', async ({ what, to }) => {
    const workspaceId = await tfe.workspace(what.replaceAll(' ', '-'));
    const before = await newRun(workspaceId, { 'main.tf': resource('one') }, { 'auto-apply': true });
    await tfe.reaches(before, 'applied');

    await tfe.confirmable(await newRun(workspaceId, { 'main.tf': to }));
  });

  it('has an import to apply that changes nothing else', async () => {
    const found = 'import {\n  to = terraform_data.found\n  id = "abc"\n}\n';
    const workspaceId = await tfe.workspace('found');

    const runId = await newRun(workspaceId, { 'main.tf': `${found}resource "terraform_data" "found" {}\n` });

    await tfe.confirmable(runId);
    const counts = { 'resource-imports': 1, 'resource-additions': 0, 'resource-changes': 0 };
    expect((await read(`/runs/${runId}/plan`)).data.attributes).toMatchObject(counts);
  });

  it('refreshes a workspace that has no state, and has nothing to apply', async () => {
    const workspaceId = await tfe.workspace('refreshed');

    await tfe.reaches(await newRun(workspaceId, HELLO, { 'refresh-only': true }), 'planned_and_finished');
  });

  it('says why a plan or an apply failed, and keeps what the apply had done', async () => {
    const workspaceId = await tfe.workspace('failing');
    const planned = await newRun(workspaceId, { 'main.tf': 'output "one" {\n  value = var.missing\n}\n' });
    await tfe.reaches(planned, 'errored');
    expect((await read(`/runs/${planned}`)).data.attributes['error-text']).toContain('undeclared input variable');

    const failing = 'resource "terraform_data" "bad" {\n  provisioner "local-exec" {\n    command = "exit 3"\n  }\n}\n';
    const runId = await newRun(workspaceId, { 'main.tf': failing }, { 'auto-apply': true });
    await tfe.reaches(runId, 'errored');

    expect((await read(`/runs/${runId}`)).data.attributes['error-text']).toContain('local-exec provisioner error');
    const state = (await read(`/workspaces/${workspaceId}/current-state-version`)).data.attributes;
    expect(state.resources).toMatchObject([{ name: 'bad' }]);
  });
});

function resource(name: string): string {
  return `resource "terraform_data" "${name}" {\n  input = "1"\n}\n`;
}

function withoutTofu(): typeof describe.skip {
  // Not by the console: Jest shows nothing of it for a file whose tests are all skipped.
  process.stderr.write('LEFT OUT: the local TFE on OpenTofu. There is no tofu on the PATH.\n');
  return describe.skip;
}
