import { beforeAll, describe, expect, it } from '@jest/globals';
import { ONE_RESOURCE, useOrchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator();

// TFE reads the outputs out of a state when the apply has ended, and needs some seconds for it.
beforeAll(async () => (await orchestrator()).tfe.services.processing.delay(1_500));

/** `local-tfe.json` scripts what real terraform cannot do on demand. */
const scripted = (script: unknown) => ({ ...ONE_RESOURCE, 'local-tfe.json': JSON.stringify(script) });

describe('an approved request', () => {
  it('is planned, waits, is applied once, and hands back counts and outputs', async () => {
    const its = await orchestrator();
    const request = await its.request({});

    const { id, workflowId } = await its.client.start(request);
    const waiting = await its.approve(workflowId);
    const ending = await its.client.result(workflowId);

    expect(waiting.plan).toEqual({ additions: 1, changes: 0, destructions: 0, imports: 0 });
    expect(ending).toMatchObject({
      kind: 'completed',
      result: {
        key: id,
        outcome: 'applied',
        changed: 'something',
        apply: { additions: 1 },
        outputs: [{ name: 'said', sensitive: false, value: 'hello' }],
        decisions: [{ choice: 'approve', by: 'ben' }],
      },
    });
    expect(its.tfe.runs().find((run) => run.id === waiting.runId)?.status).toBe('applied');
  });

  it('waits, in view, until TFE has read the outputs, and lists all of them', async () => {
    const its = await orchestrator();
    const names = Array.from({ length: 150 }, (_, index) => `o${index}`);
    const outputs = names.map((name) => `output "${name}" {\n  value = "v"\n}\n`).join('');
    const { workflowId } = await its.client.start(await its.request({ files: { 'main.tf': outputs } }));
    await its.approve(workflowId);

    const waiting = await its.until(workflowId, 'the wait', ({ waitingFor }) => /outputs/.test(waitingFor ?? ''));
    const ending = await its.client.result(workflowId);

    expect(waiting.waitingFor).toBe('TFE to read the outputs out of the state');
    expect(ending).toMatchObject({ result: { outcome: 'applied', warnings: [] } });
    const found = ending.kind === 'completed' ? ending.result.outputs : [];
    expect(found?.map(({ name, value }) => `${name}=${String(value)}`).toSorted()).toEqual(
      names.map((name) => `${name}=v`).toSorted(),
    );
  });

  it('lists nothing on the happy path, and creates one run', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const { workflowId } = await its.client.start(await its.request({ in: where }));
    await its.approve(workflowId);
    await its.client.result(workflowId);

    expect(its.tfe.runs().filter((run) => run.workspaceId === where.id)).toHaveLength(1);
    const listings = its.tfe.journal
      .entries({ route: 'GET /workspaces/:workspace_id/runs' })
      .filter((entry) => entry.kind === 'request' && entry.path.includes(where.id));
    expect(listings).toEqual([]);
  });

  it('shows the planned changes by address while it waits', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));

    const view = await its.until(
      workflowId,
      'the planned changes',
      ({ plannedChanges }) => plannedChanges !== undefined,
    );
    await its.client.cancel(workflowId);
    await its.client.result(workflowId);

    expect(view.plannedChanges).toEqual([{ address: 'terraform_data.one', action: 'create' }]);
  });
});

describe('a request that changes nothing', () => {
  it('ends as no-changes when the plan is empty, without an approval', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where }));
    await its.approve(first.workflowId);
    await its.client.result(first.workflowId);

    const second = await its.client.start(await its.request({ in: where }));

    expect(await its.client.result(second.workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'no-changes', changed: 'nothing' },
    });
  });

  it('ends as plan-only in that mode', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ run: { mode: 'plan-only' } }));

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'plan-only', changed: 'nothing', plan: { additions: 1 } },
    });
    expect((await its.client.view(workflowId)).plannedChanges).toEqual([
      { address: 'terraform_data.one', action: 'create' },
    ]);
  });
});

describe('every mode and option', () => {
  it('destroys what was applied', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where }));
    await its.approve(first.workflowId);
    await its.client.result(first.workflowId);

    const { workflowId } = await its.client.start(await its.request({ in: where, run: { mode: 'destroy' } }));
    const waiting = await its.approve(workflowId);

    expect(waiting.plan).toMatchObject({ destructions: 1 });
    expect(await its.client.result(workflowId)).toMatchObject({
      result: { outcome: 'applied', apply: { destructions: 1 } },
    });
  });

  it('hands variables, targets and the message on', async () => {
    const its = await orchestrator();
    const files = {
      'main.tf': [
        'variable "word" {}',
        'resource "terraform_data" "a" { input = var.word }',
        'resource "terraform_data" "b" { input = "b" }',
      ].join('\n'),
    };
    const run = { message: 'only a 🚀', variables: { word: '"hi"' }, targets: ['terraform_data.a'] };
    const { workflowId } = await its.client.start(await its.request({ files, run }));
    const waiting = await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      result: { outcome: 'applied', apply: { additions: 1 } },
    });
    const made = its.tfe.runs().find(({ id }) => id === waiting.runId);
    expect(made?.message).toMatch(/^only a 🚀 \[runwright /);
  });

  it('plans again on the configuration version of an earlier request', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where, run: { mode: 'plan-and-apply' } }));
    const waiting = await its.approve(first.workflowId);
    await its.client.result(first.workflowId);

    const configuration = { kind: 'configuration-version', id: waiting.configurationVersionId! } as const;
    const second = await its.client.start(await its.request({ in: where, configuration }));

    expect(await its.client.result(second.workflowId)).toMatchObject({ result: { outcome: 'no-changes' } });
  });

  it('refreshes only', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const { workflowId } = await its.client.start(await its.request({ in: where, run: { mode: 'refresh-only' } }));

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result: { outcome: 'no-changes' } });
  });
});

describe('people', () => {
  it('reject a run, which is discarded with their reason', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    const waiting = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    await its.client.reject(workflowId, { runId: waiting.runId!, by: 'ben', reason: 'not today' });

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'rejected', changed: 'nothing', reason: 'rejected by ben: not today' },
    });
    expect(its.tfe.runs().find(({ id }) => id === waiting.runId)?.status).toBe('discarded');
  });

  it('let the approval expire, and the run is discarded', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ deadlines: { approvalMs: 500 } }));

    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'expired', status: 'discarded' } });
  });

  it('are needed in the number that the policy asks for', async () => {
    const its = await orchestrator();
    const approval = { approvers: 2, requester: 'may-not-approve' } as const;
    const { workflowId } = await its.client.start(await its.request({ approval }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    const own = await its.client.decide(workflowId, { choice: 'approve', runId: runId!, by: 'Ana' });
    const one = await its.client.decide(workflowId, { choice: 'approve', runId: runId!, by: 'ben' });
    const again = await its.client.decide(workflowId, { choice: 'approve', runId: runId!, by: 'Ben' });
    const two = await its.client.decide(workflowId, { choice: 'approve', runId: runId!, by: 'cy' });

    expect(own).toMatchObject({ kind: 'refused', refusal: 'requester-may-not-approve', missing: 2 });
    expect(one).toMatchObject({ kind: 'counted', missing: 1 });
    expect(again).toMatchObject({ kind: 'refused', refusal: 'same-person' });
    expect(two).toMatchObject({ kind: 'counted', verdict: 'approved' });
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });

  it.each([
    ['confirm', { outcome: 'confirmed-elsewhere', changed: 'something', status: 'applied' }],
    ['discard', { outcome: 'discarded-elsewhere', changed: 'nothing', status: 'discarded' }],
  ] as const)('%s the run in TFE itself, and that is noticed', async (act, result) => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    its.tfe.people.add({ act, run: runId!, as: 'mallory' });

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result });
  });
});

describe('a fault', () => {
  it.each([
    [
      'the plan fails',
      { 'main.tf': 'resource "terraform_data" "x" {\n  input = nothing.here\n}\n' },
      'plan-errored',
      'nothing',
    ],
    [
      'a mandatory task before the plan fails',
      scripted({ 'task-stages': [{ stage: 'pre_plan', enforcement: 'mandatory', result: 'failed' }] }),
      'pre-plan-failed',
      'nothing',
    ],
    ['the apply fails', scripted({ apply: { error: 'quota exceeded' } }), 'apply-errored', 'unknown'],
    [
      'a hard policy fails',
      scripted({ policies: [{ name: 'p', enforcement: 'hard-mandatory', result: 'failed' }] }),
      'policy-failed',
      'nothing',
    ],
  ] as const)('is a typed failure when %s', async (_, files, type, changed) => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files: files as Record<string, string> }));
    if (type === 'apply-errored') await its.approve(workflowId);

    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ kind: 'failed', type, facts: { changed, status: 'errored' } });
  });

  it.each([
    ['plan', { plan: { error: 'no such module' } }, 'no such module'],
    ['apply', { apply: { error: 'quota exceeded' } }, 'quota exceeded'],
  ] as const)('of the %s brings the summaries of its errors along, and whose log to read', async (of, script, said) => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files: scripted(script) }));
    if (of === 'apply') await its.approve(workflowId);

    const ending = await its.client.result(workflowId);

    const whose = { [`${of}Id`]: expect.stringMatching(`^${of}-`) };
    const facts = { ...whose, errors: [{ summary: said }] };
    expect(ending).toMatchObject({ kind: 'failed', type: `${of}-errored`, facts });
  });

  it('brings no word of a log along that is no structured one', async () => {
    const its = await orchestrator();
    const where = await its.workspace({ 'structured-run-output-enabled': false });
    const files = scripted({ plan: { error: 'no such module' } });
    const { workflowId } = await its.client.start(await its.request({ in: where, files }));

    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ type: 'plan-errored', facts: { planId: expect.stringMatching(/^plan-/) } });
    expect(JSON.stringify(ending)).not.toContain('no such module');
  });

  it('of the apply brings the errors of the apply along also where the server keeps no timestamps', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const files = scripted({ apply: { error: 'quota exceeded' } });
    const { workflowId } = await its.client.start(await its.request({ in: where, files }));
    const { runId } = await its.approve(workflowId);
    await waitUntil('the apply', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'applying');

    its.tfe.services.store.runs.update(runId!, { statusTimestamps: {} });
    its.tfe.holds.release(hold.id);
    const ending = await its.client.result(workflowId);

    const facts = { changed: 'unknown', errors: [{ summary: 'quota exceeded' }] };
    expect(ending).toMatchObject({ kind: 'failed', type: 'apply-errored', facts });
    const stamps = its.tfe.services.store.runs.require(runId!).statusTimestamps;
    expect(Object.keys(stamps)).toEqual(['errored-at']); // control: nothing told of the confirmation
  });
});

describe('a policy that fails softly', () => {
  const files = scripted({ policies: [{ name: 'cost', enforcement: 'soft-mandatory', result: 'failed' }] });

  it('is overridden by one decision and approved by another', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files }));
    const { runId } = await its.until(workflowId, 'the policy', ({ phase }) => phase === 'awaiting-override');

    await its.client.approve(workflowId, { runId: runId!, by: 'ben' }); // too early: it overrides nothing
    await its.client.override(workflowId, { runId: runId!, by: 'cy' });
    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: {
        outcome: 'applied',
        decisions: [{ ignored: 'not-planned-yet' }, { choice: 'override' }, { choice: 'approve' }],
      },
    });
  });

  it('is rejected, and the run is discarded', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files }));
    const { runId } = await its.until(workflowId, 'the policy', ({ phase }) => phase === 'awaiting-override');

    await its.client.reject(workflowId, { runId: runId!, by: 'ben', reason: 'too dear' });

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'rejected', status: 'discarded' } });
  });
});

describe('a cancellation', () => {
  it.each(['queued', 'awaiting-confirmation'] as const)('while %s ends the run and then the request', async (phase) => {
    const its = await orchestrator();
    const where = await its.workspace();
    if (phase === 'queued') its.tfe.people.add({ act: 'lock-workspace', workspace: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where }));
    const { runId } = await its.until(workflowId, phase, (view) => view.phase === phase);

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
    expect(['discarded', 'canceled']).toContain(its.tfe.runs().find(({ id }) => id === runId)?.status);
  });

  it('during the apply waits for it and reports it', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files: scripted({ apply: { seconds: 1 } }) }));
    await its.approve(workflowId);
    await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'applied', cancelRequested: true },
    });
  });

  it('during the apply asks TFE to cancel it where the request says interrupt', async () => {
    const its = await orchestrator();
    const request = await its.request({ files: scripted({ apply: { seconds: 30 } }), cancelDuringApply: 'interrupt' });
    const { workflowId } = await its.client.start(request);
    await its.approve(workflowId);
    const { runId } = await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');
    await waitUntil('terraform to apply', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'applying');

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'canceled', status: 'canceled' },
    });
  });
});

describe('a request that must wait', () => {
  it('says who locked the workspace, and goes on when it is unlocked', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.people.add({ act: 'lock-workspace', workspace: where.id, comment: 'maintenance' });
    const { workflowId } = await its.client.start(await its.request({ in: where }));

    const view = await its.until(workflowId, 'the blocker', ({ blocker }) => blocker !== undefined);
    its.tfe.people.add({ act: 'unlock-workspace', workspace: where.id });
    await its.approve(workflowId);

    expect(view.blocker).toContain('locked');
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});
