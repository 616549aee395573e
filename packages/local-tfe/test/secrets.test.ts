import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, startTfe } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';

const SECRET: Files = {
  'main.tf': `variable "token" {
  type      = string
  sensitive = true
}
output "secret" {
  value     = var.token
  sensitive = true
}
`,
};

describe('a sensitive value', () => {
  let tfe: Tfe;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'local-tfe-test-'));
    tfe = await startTfe({ dataDir });
    await tfe.organization();
  });
  afterAll(async () => {
    await tfe.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function applied(name: string): Promise<{ workspaceId: string; runId: string }> {
    const workspaceId = await tfe.workspace(name);
    const variable = { key: 'token', value: 'planted', category: 'terraform', sensitive: true };
    await tfe.api('POST', `/workspaces/${workspaceId}/vars`, document('vars', variable));
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, SECRET), { 'auto-apply': true });
    await tfe.reaches(runId, 'applied');
    return { workspaceId, runId };
  }

  const planDocument = async (runId: string, name: string): Promise<Record<string, unknown>> => {
    const found = await tfe.api('GET', `/runs/${runId}/plan/${name}`);
    return (await (await fetch(found.headers.get('location') ?? '')).json()) as Record<string, unknown>;
  };
  const kept = (): string[] =>
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes('planted'))
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('local-tfe.sqlite')); // pages that are free keep their bytes for a while

  it('is shown only where TFE does', async () => {
    const { workspaceId, runId } = await applied('hidden');
    const outputs = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version-outputs`);
    const [output] = outputs.body.data;

    expect(output.attributes).toMatchObject({ name: 'secret', sensitive: true, value: null });
    expect((await tfe.api('GET', `/state-version-outputs/${output.id}`)).body.data.attributes.value).toBe('planted');
    expect((await tfe.api('GET', `/workspaces/${workspaceId}/vars`)).text).not.toContain('planted');
    const redacted = await planDocument(runId, 'json-output-redacted');
    expect(redacted).toMatchObject({ plan_format_version: '1.2', provider_schemas: expect.anything() });
    expect(JSON.stringify(redacted)).not.toContain('planted');
    expect(await tfe.log(`/runs/${runId}/plan`)).not.toContain('planted');
    expect(await tfe.log(`/runs/${runId}/apply`)).not.toContain('planted');
  });

  it('is in the plan document, but not in the sanitized one, which is otherwise the same', async () => {
    const { runId } = await applied('sanitized');
    const links = (await tfe.api('GET', `/runs/${runId}/plan`)).body.data.links;

    const whole = await planDocument(runId, 'json-output');
    const sanitized = await planDocument(runId, 'sanitized-plan');

    expect(JSON.stringify(whole)).toContain('planted');
    expect(JSON.stringify(sanitized)).not.toContain('planted');
    expect(Object.keys(sanitized)).toEqual(Object.keys(whole));
    expect(sanitized).toMatchObject({ output_changes: { secret: { actions: ['create'], after: null } } });
    expect(links['sanitized-plan']).toMatch(/^\/api\/v2\/plans\/plan-\w+\/sanitized-plan$/);
  });

  it('is gone with its workspace', async () => {
    const { workspaceId } = await applied('deleted');
    expect(kept()).not.toEqual([]);

    for (const { id } of (await tfe.api('GET', '/organizations/acme/workspaces')).body.data) {
      await tfe.api('DELETE', `/workspaces/${id}`);
    }

    expect(kept()).toEqual([]);
    expect((await tfe.api('GET', `/workspaces/${workspaceId}`)).status).toBe(404);
  });
});
