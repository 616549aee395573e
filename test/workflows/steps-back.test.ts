import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunView } from '@runwright/client/contract';
import { ONE_RESOURCE, useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

afterEach(async () => {
  const { tfe } = await orchestrator();
  tfe.faults.clear();
  tfe.holds.release();
});

const heldIn = (stage: 'pre_plan' | 'post_plan' | 'pre_apply') => ({
  ...ONE_RESOURCE,
  'local-tfe.json': JSON.stringify({ 'task-stages': [{ stage, result: 'failed', enforcement: 'overridable' }] }),
});

async function override(its: Orchestrator, workflowId: string): Promise<string> {
  const { runId } = await its.until(workflowId, 'the task', ({ phase }) => phase === 'awaiting-override');
  await its.client.override(workflowId, { runId: runId!, by: 'cy' });
  return runId!;
}

const looksAt = (its: Orchestrator, runId: string): number =>
  its.tfe.journal
    .entries({ route: 'GET /runs/:run_id' })
    .filter((entry) => entry.kind === 'request' && entry.path.includes(runId)).length;

describe('a run that a task holds', () => {
  it.each(['pre_plan', 'post_plan'] as const)(
    'in %s is overridden, waits for its approval afterwards, and is applied',
    async (stage) => {
      const its = await orchestrator();
      const { workflowId } = await its.client.start(await its.request({ files: heldIn(stage) }));

      await override(its, workflowId);
      await its.approve(workflowId);

      expect(await its.client.result(workflowId)).toMatchObject({
        kind: 'completed',
        result: { outcome: 'applied', decisions: [{ choice: 'override' }, { choice: 'approve' }] },
      });
    },
  );

  it('after its approval is overridden, and is applied without a second one', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files: heldIn('pre_apply') }));
    await its.approve(workflowId);

    const runId = await override(its, workflowId);
    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'applied', runId } });
    const decisions = ending.kind === 'completed' ? ending.result.decisions : [];
    expect(decisions.map(({ choice, ignored }) => [choice, ignored])).toEqual([
      ['approve', undefined],
      ['override', undefined],
    ]);
  });

  it('after its approval does not expire: the approval was given', async () => {
    const its = await orchestrator();
    const request = await its.request({ files: heldIn('pre_apply'), deadlines: { approvalMs: 6_000 } });
    const { workflowId } = await its.client.start(request);
    await its.approve(workflowId);
    const held = await its.until(workflowId, 'the task', ({ phase }) => phase === 'awaiting-override');
    await waitUntil('the approval to be over', () => Date.now() > Date.parse(held.approval.expiresAt!) + 500);

    await override(its, workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});

describe('an approved run that is checked once more before TFE takes its apply', () => {
  async function checkedAgain(its: Orchestrator, deadlines: { approvalMs?: number; applyMs?: number }) {
    its.tfe.faults.add({ match: 'POST /runs/:run_id/actions/apply', fault: 'not-found', times: null });
    const { workflowId } = await its.client.start(await its.request({ deadlines }));
    await its.approve(workflowId);
    const { runId } = await its.until(workflowId, 'the refusal', ({ blocker }) => blocker !== undefined);
    const { runs } = its.tfe.services.store;
    runs.update(runId!, { status: 'policy_checking', awaiting: null });
    const isChecked = ({ phase, blocker }: RunView) => phase === 'checking' && blocker === undefined;
    const { approval } = await its.until(workflowId, 'the check', isChecked);
    const checked = () => runs.update(runId!, { status: 'policy_checked', awaiting: 'confirmation' });
    return { workflowId, runId: runId!, expiresAt: approval.expiresAt!, checked };
  }

  it('is applied when the check is over, though its times for approval and apply are', async () => {
    const its = await orchestrator();
    const { workflowId, runId, expiresAt, checked } = await checkedAgain(its, { approvalMs: 3_000, applyMs: 1_000 });
    await waitUntil('the approval to be over', () => Date.now() > Date.parse(expiresAt));
    const before = looksAt(its, runId);
    await waitUntil('two more looks', () => looksAt(its, runId) > before + 1);

    its.tfe.faults.clear();
    checked();

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });

  it('can be canceled during the check', async () => {
    const its = await orchestrator();
    const { workflowId, runId, checked } = await checkedAgain(its, {});

    await its.client.cancel(workflowId);
    await its.until(workflowId, 'the cleanup', ({ phase }) => phase === 'cleaning-up');
    checked();

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    expect(its.tfe.services.store.runs.require(runId).status).toMatch(/^(discarded|canceled)$/);
  });
});

describe('a read that lags behind an earlier one', () => {
  it('takes a run that waits for people back to its plan: they are asked again, and it is applied', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const { runs } = its.tfe.services.store;

    runs.update(runId!, { status: 'planning', awaiting: null });
    await its.until(workflowId, 'the plan again', ({ phase }) => phase === 'planning');
    runs.update(runId!, { status: 'planned', awaiting: 'confirmation' });
    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
  });

  it('shows a run that somebody confirmed as waiting again: it is waited for, and told as theirs', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    its.tfe.people.add({ act: 'confirm', run: runId!, as: 'mallory' });
    await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');
    const { runs } = its.tfe.services.store;
    await waitUntil('TFE to apply', () => runs.require(runId!).status === 'applying');
    const applying = runs.require(runId!);

    runs.update(runId!, { status: 'planned', awaiting: 'confirmation', statusTimestamps: {} });
    await its.until(workflowId, 'the gate again', ({ phase }) => phase === 'awaiting-confirmation');
    const before = looksAt(its, runId!);
    await waitUntil('another look', () => looksAt(its, runId!) > before);
    runs.update(runId!, applying);
    its.tfe.holds.release();

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
  });
});
