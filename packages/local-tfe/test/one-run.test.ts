import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

describe('one run on the local TFE', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe();
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

  it('plans, waits for a person, applies, and shows counts, outputs and logs', async () => {
    const configurationId = await tfe.configuration(workspaceId, HELLO);
    const runId = await tfe.run(workspaceId, configurationId, { message: 'first' });

    const planned = await tfe.confirmable(runId);
    expect(planned.body.data.attributes).toMatchObject({ status: 'planned', 'has-changes': true, message: 'first' });
    expect((await tfe.api('GET', `/runs/${runId}/plan`)).body.data.attributes).toMatchObject({
      status: 'finished',
      'resource-additions': 1,
    });

    const apply = await tfe.api('POST', `/runs/${runId}/actions/apply`, { comment: 'good' });
    expect([apply.status, apply.text]).toEqual([202, '']);
    const applied = await tfe.reaches(runId, 'applied');
    expect(Object.keys(applied.body.data.attributes['status-timestamps'])).toEqual(
      expect.arrayContaining(['planning-at', 'planned-at', 'confirmed-at', 'applying-at', 'applied-at']),
    );

    const outputs = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version-outputs`);
    expect(outputs.body.data[0].attributes).toMatchObject({ name: 'one', value: '1', sensitive: false });
    const log = await tfe.log(`/runs/${runId}/apply`);
    expect([log.charCodeAt(0), log.charCodeAt(log.length - 1)]).toEqual([2, 3]);
    expect(log).toContain('Apply complete!');
    expect((await tfe.api('GET', `/runs/${runId}/comments`)).body.data[0].attributes.body).toBe('good');
  });

  it('finishes a plan without changes by itself', async () => {
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO));

    const run = await tfe.reaches(runId, 'planned_and_finished');

    expect(run.body.data.attributes['has-changes']).toBe(false);
    expect((await tfe.api('GET', `/runs/${runId}/apply`)).body.data.attributes.status).toBe('unreachable');
  });
});
