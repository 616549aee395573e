import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../../src/stack/program-path.ts';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const installed = (await findOnPath('terraform', process.env)) ?? (await findOnPath('tofu', process.env));
// The simulation knows no imports and has no trace.
const withTerraform: typeof describe.skip = installed === undefined ? describe.skip : describe;

describe('the options of a run', () => {
  let tfe: Tfe;

  beforeAll(async () => {
    tfe = await startTfe();
    await tfe.organization();
  });
  afterAll(() => tfe.close());

  withTerraform('of terraform', () => {
    it('generate configuration for an import; such a plan cannot be applied', async () => {
      const workspaceId = await tfe.workspace('generated');
      const files = { 'main.tf': 'import {\n  to = terraform_data.found\n  id = "abc"\n}\n' };
      const version = await tfe.configuration(workspaceId, files);
      const refused = await tfe.run(workspaceId, version);
      await tfe.reaches(refused, 'errored');

      const runId = await tfe.run(workspaceId, version, { 'allow-config-generation': true });

      await tfe.confirmable(runId);
      expect((await tfe.api('GET', `/runs/${runId}/plan`)).body.data.attributes).toMatchObject({
        'generated-configuration': true,
        'resource-imports': 1,
      });
      await tfe.api('POST', `/runs/${runId}/actions/apply`);
      const errored = await tfe.reaches(runId, 'errored');
      expect(errored.body.data.attributes['error-text']).toContain('generated configuration');
    });

    it('trace terraform, in debugging mode', async () => {
      const workspaceId = await tfe.workspace('traced');
      const version = await tfe.configuration(workspaceId, HELLO);
      const traceOf = async (options: Record<string, unknown>): Promise<boolean> => {
        const runId = await tfe.run(workspaceId, version, { 'plan-only': true, ...options });
        await tfe.reaches(runId, 'planned_and_finished');
        return (await tfe.log(`/runs/${runId}/plan`)).includes('[TRACE]');
      };

      expect([await traceOf({}), await traceOf({ 'debugging-mode': true })]).toEqual([false, true]);
    });
  });

  it('estimate no costs of a targeted plan, and say so', async () => {
    const workspaceId = await tfe.workspace('targeted');
    const files = { ...HELLO, 'local-tfe.json': JSON.stringify({ 'cost-estimate': {} }) };
    const targets = { 'target-addrs': ['terraform_data.one'] };
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, files), targets);

    const run = await tfe.confirmable(runId);

    expect(run.body.data.attributes.status).toBe('planned');
    const estimate = await tfe.api('GET', `/runs/${runId}/cost-estimate`);
    expect(estimate.body.data.attributes.status).toBe('skipped_due_to_targeting');
  });

  it('apply by themselves only for who may apply', async () => {
    const workspaceId = await tfe.workspace('auto', { 'auto-apply': true });
    const version = await tfe.configuration(workspaceId, HELLO);
    await tfe.control('POST', '/tokens', { token: 'planner', username: 'planner', access: 'plan' });
    const workspace = { data: { type: 'workspaces', id: workspaceId } };
    const configuration = { data: { type: 'configuration-versions', id: version } };
    const made = await tfe.api(
      'POST',
      '/runs',
      document('runs', { 'auto-apply': true }, { workspace, 'configuration-version': configuration }),
      { token: 'planner' },
    );

    expect((await tfe.confirmable(made.body.data.id)).body.data.attributes['auto-apply']).toBe(false);
  });
});
