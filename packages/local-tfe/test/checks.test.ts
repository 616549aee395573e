import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Files, Tfe } from './support/tfe-driver.ts';

describe('what stands between plan and apply', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let count = 0;

  beforeAll(async () => {
    tfe = await startTfe();
    await tfe.organization();
  });
  afterAll(() => tfe.close());
  beforeEach(async () => {
    count += 1;
    workspaceId = await tfe.workspace(`w${count}`);
  });

  const scripted = async (script: unknown, attributes = {}): Promise<string> => {
    const files: Files = { ...HELLO, 'local-tfe.json': JSON.stringify(script) };
    return tfe.run(workspaceId, await tfe.configuration(workspaceId, files), attributes);
  };
  const stamps = async (runId: string): Promise<string[]> =>
    Object.keys((await tfe.api('GET', `/runs/${runId}`)).body.data.attributes['status-timestamps']);

  it('says of a run without estimates and policies that there are none', async () => {
    const runId = await scripted({});
    const run = await tfe.confirmable(runId);

    expect(run.body.data.relationships).toMatchObject({
      'cost-estimate': { data: null },
      'policy-checks': { data: [] },
    });
    expect((await tfe.api('GET', `/runs/${runId}/policy-checks`)).body.data).toEqual([]);
    expect((await tfe.api('GET', `/runs/${runId}/cost-estimate`)).status).toBe(404);
  });

  it('names in the answer to the creation everything that a run will pass through, pending', async () => {
    const script = {
      'cost-estimate': {},
      policies: [{ name: 'tags' }],
      'task-stages': [{ stage: 'pre_plan' }, { stage: 'post_apply' }],
    };
    const files: Files = { ...HELLO, 'local-tfe.json': JSON.stringify(script) };
    await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`);
    const runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, files));
    const aside = await tfe.run(workspaceId, await tfe.configuration(workspaceId, files), { 'plan-only': true });

    const include = 'cost_estimate,policy_checks,task_stages';
    const statuses = async (id: string): Promise<string[]> =>
      (await tfe.api('GET', `/runs/${id}?include=${include}`)).body.included.map(
        ({ type, attributes }: { type: string; attributes: Record<string, string> }) =>
          `${type} ${attributes['stage'] ?? ''} ${attributes['status']}`,
      );
    expect(await statuses(runId)).toEqual([
      'cost-estimates  pending',
      'policy-checks  pending',
      'task-stages pre_plan pending',
      'task-stages post_apply pending',
    ]);
    await tfe.reaches(aside, 'planned_and_finished');
    expect(await statuses(aside)).toEqual([
      'cost-estimates  finished',
      'policy-checks  passed',
      'task-stages pre_plan passed',
    ]);
    await tfe.api('POST', `/runs/${runId}/actions/cancel`);
    expect(await statuses(runId)).toEqual([
      'cost-estimates  unreachable',
      'policy-checks  unreachable',
      'task-stages pre_plan unreachable',
      'task-stages post_apply unreachable',
    ]);
  });

  it('takes the script of the workspace’s working directory', async () => {
    const own = await tfe.workspace('below', { 'working-directory': '/modules/net' });
    const files: Files = {
      'modules/net/main.tf': HELLO['main.tf'] ?? '',
      'modules/net/local-tfe.json': JSON.stringify({ policies: [{ name: 'inside' }] }),
      'local-tfe.json': JSON.stringify({ plan: { error: 'not this one' } }),
    };

    const runId = await tfe.run(own, await tfe.configuration(own, files));

    const [check] = (await tfe.api('GET', `/runs/${runId}/policy-checks`)).body.data;
    expect(check).toBeDefined();
    await tfe.confirmable(runId);
  });

  it('estimates costs; an estimate that fails does not stop the run', async () => {
    const runId = await scripted({ 'cost-estimate': { 'proposed-monthly-cost': '12.50' } });
    const run = await tfe.confirmable(runId);
    const failing = await tfe.api('GET', `/runs/${runId}?include=cost_estimate`);

    expect(run.body.data.attributes.status).toBe('cost_estimated');
    expect(failing.body.included[0].attributes).toMatchObject({ status: 'finished', 'delta-monthly-cost': '12.50' });
    await tfe.api('POST', `/runs/${runId}/actions/discard`);
    await tfe.confirmable(await scripted({ 'cost-estimate': { status: 'errored', error: 'no prices' } }));
  });

  it('has an estimate from the start where the organization wants one', async () => {
    await tfe.api(
      'POST',
      '/organizations',
      document('organizations', { name: 'paid', email: 'a@b.c', 'cost-estimation-enabled': true }),
    );
    const made = await tfe.api('POST', '/organizations/paid/workspaces', document('workspaces', { name: 'w' }));
    const id = made.body.data.id;

    const runId = await tfe.run(id, await tfe.configuration(id, HELLO));

    expect((await tfe.api('GET', `/runs/${runId}`)).body.data.relationships['cost-estimate'].data).not.toBeNull();
    expect((await tfe.confirmable(runId)).body.data.attributes.status).toBe('cost_estimated');
  });

  it('holds a run with a failed soft policy until the override, which is not yet the confirmation', async () => {
    const runId = await scripted({ policies: [{ name: 'tags', result: 'failed' }] });
    await tfe.reaches(runId, 'policy_override');
    const [check] = (await tfe.api('GET', `/runs/${runId}/policy-checks`)).body.data;
    expect(check.attributes).toMatchObject({ status: 'soft_failed', actions: { 'is-overridable': true } });
    expect((await tfe.api('POST', `/runs/${runId}/actions/apply`)).status).toBe(409);

    const override = `/policy-checks/${check.id}/actions/override`;
    expect((await tfe.api('POST', override)).body.data.attributes.status).toBe('overridden');

    expect((await tfe.confirmable(runId)).body.data.attributes.status).toBe('policy_checked');
    expect((await tfe.api('POST', override)).status).toBe(409);
    await tfe.api('POST', `/runs/${runId}/actions/apply`);
    await tfe.reaches(runId, 'applied');
  });

  it('applies by itself after the override, where the run asks for it', async () => {
    const runId = await scripted({ policies: [{ name: 'tags', result: 'failed' }] }, { 'auto-apply': true });
    await tfe.reaches(runId, 'policy_override');
    const [check] = (await tfe.api('GET', `/runs/${runId}/policy-checks`)).body.data;

    await tfe.api('POST', `/policy-checks/${check.id}/actions/override`);

    await tfe.reaches(runId, 'applied');
  });

  it('ends a run with a failed hard policy, and a plan-only one with a failed soft policy', async () => {
    const hard = [{ name: 'no', enforcement: 'hard-mandatory', result: 'failed' }];
    await tfe.reaches(await scripted({ policies: hard }), 'errored');
    const soft = [{ name: 'no', result: 'failed' }];
    await tfe.reaches(await scripted({ policies: soft }, { 'plan-only': true }), 'policy_soft_failed');
    const advisory = [{ name: 'no', enforcement: 'advisory', result: 'failed' }];
    await tfe.reaches(await scripted({ policies: advisory }, { 'auto-apply': true }), 'applied');
  });

  it.each(['pre_plan', 'post_plan', 'pre_apply'])(
    'waits in %s for the override of a failed task stage',
    async (stage) => {
      const task = { stage, result: 'failed', enforcement: 'overridable' };
      const runId = await scripted({ 'task-stages': [task] }, { 'auto-apply': true });
      await tfe.reaches(runId, `${stage}_awaiting_decision`);
      const list = await tfe.api('GET', `/runs/${runId}/task-stages`);
      expect(list.body.data[0].attributes).toMatchObject({ stage, status: 'awaiting_override' });

      const override = await tfe.api('POST', `/task-stages/${list.body.data[0].id}/actions/override`, {
        comment: 'known',
      });

      expect(override.status).toBe(200);
      await tfe.reaches(runId, 'applied');
      expect(await stamps(runId)).toEqual(
        expect.arrayContaining([`${stage.replace('_', '-')}-awaiting-decision-at`, 'planned-at']),
      );
    },
  );

  it('passes through every scripted stage, and lets a failing task after the apply change nothing', async () => {
    const stages = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'];
    const script = {
      fetching: 0,
      'task-stages': stages.map((stage) => ({
        stage,
        result: stage === 'post_apply' ? 'failed' : 'passed',
        enforcement: 'mandatory',
      })),
    };

    const runId = await scripted(script, { 'auto-apply': true });

    await tfe.reaches(runId, 'applied');
    expect(await stamps(runId)).toEqual(
      expect.arrayContaining([
        'fetching-at',
        'pre-plan-completed-at',
        'post-plan-completed-at',
        'pre-apply-completed-at',
        'post-apply-running-at',
      ]),
    );
  });

  it('takes outcomes from the control API before those of the configuration', async () => {
    await tfe.control('PUT', `/workspaces/${workspaceId}/script`, { plan: { error: 'from outside' } });
    await tfe.reaches(await scripted({ plan: { seconds: 0 } }), 'errored');

    await tfe.control('DELETE', `/workspaces/${workspaceId}/script`);
    await tfe.confirmable(await scripted({ plan: { seconds: 0 } }));
  });

  it('errors a run whose script is wrong, and says where', async () => {
    const runId = await scripted({ plan: { minutes: 1 } });

    await tfe.reaches(runId, 'errored');

    expect(await tfe.log(`/runs/${runId}/plan`)).toContain('local-tfe.json: plan');
  });
});
