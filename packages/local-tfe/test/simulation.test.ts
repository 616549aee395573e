import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';

describe('the simulated engine', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    // As on a machine with neither terraform nor tofu.
    tfe = await startTfe({ engine: 'auto', env: { PATH: '' } });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

  const newRun = async (files: Files, attributes = {}): Promise<string> =>
    tfe.run(workspaceId, await tfe.configuration(workspaceId, files), attributes);

  it('says what it is, and runs the example to its outputs', async () => {
    expect((await (await fetch(`${tfe.address}/_health`)).json()) as unknown).toMatchObject({ engine: 'simulated' });
    const hello = readFileSync(new URL('../../../examples/hello/main.tf', import.meta.url), 'utf8');
    await tfe.api(
      'POST',
      `/workspaces/${workspaceId}/vars`,
      document('vars', { key: 'audience', value: 'moon', category: 'terraform' }),
    );

    const runId = await newRun({ 'main.tf': hello }, { 'auto-apply': true });

    await tfe.reaches(runId, 'applied');
    const outputs = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version-outputs`);
    expect(outputs.body.data[0].attributes).toMatchObject({ name: 'greeting', value: 'Hello, moon', type: 'string' });
    expect((await tfe.api('GET', `/runs/${runId}/plan`)).body.data.attributes['resource-additions']).toBe(2);
    expect(await tfe.log(`/runs/${runId}/plan`)).toContain('Simulated engine: neither terraform nor tofu runs here.');
    await tfe.reaches(await newRun({ 'main.tf': hello }), 'planned_and_finished');
    await tfe.reaches(await newRun({ 'main.tf': hello }, { 'is-destroy': true, 'auto-apply': true }), 'applied');
  });

  it('shows the outputs of a new state only when it has processed it, which the control API delays', async () => {
    const files = { 'main.tf': 'output "late" {\n  value = "v"\n}\n' };
    const current = `/workspaces/${workspaceId}/current-state-version`;
    await tfe.control('PUT', '/processing', { ms: 3_600_000 });
    await tfe.reaches(await newRun(files, { 'auto-apply': true }), 'applied');

    const early = await tfe.api('GET', `${current}?include=outputs`);
    const outputs = await tfe.api('GET', `/state-versions/${early.body.data.id}/outputs`);
    const refused = await tfe.api('GET', `${current}-outputs`);
    await tfe.control('PUT', '/processing', { ms: 0 });
    const late = await tfe.api('GET', `${current}?include=outputs`);

    expect(early.body.data.attributes).toMatchObject({ 'resources-processed': false, status: 'finalized' });
    expect(early.body.included ?? []).toEqual([]);
    expect(outputs.body.data).toEqual([]);
    expect(refused.status).toBe(503);
    expect(late.body.data.attributes).toMatchObject({ 'resources-processed': true });
    expect(late.body.included).toHaveLength(1);
  });

  it('errors on what it cannot do, and says what it can', async () => {
    const runId = await newRun({ 'main.tf': 'resource "aws_instance" "x" {\n  ami = "y"\n}\n' });

    await tfe.reaches(runId, 'errored');

    expect(await tfe.log(`/runs/${runId}/plan`)).toContain('terraform_data resources with literal values');
    await tfe.reaches(await newRun({ 'main.tf': 'x = max(1, 2)\n' }), 'errored');
  });

  it('plans changes, replacements and removals', async () => {
    await tfe.reaches(await newRun(HELLO, { 'auto-apply': true }), 'applied');
    const changed = await newRun({ 'main.tf': HELLO['main.tf']?.replace('"1"', '"2"') ?? '' });
    await tfe.confirmable(changed);
    const plan = await tfe.api('GET', `/runs/${changed}/plan`);

    expect(plan.body.data.attributes).toMatchObject({ 'resource-changes': 1, 'resource-additions': 0 });
  });
});
