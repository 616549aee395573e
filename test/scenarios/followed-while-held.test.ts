import { afterEach, describe, expect, it } from '@jest/globals';
import { overridePolicyCheck } from '../../packages/local-tfe/src/check/overrides.ts';
import { ensureUser } from '../../packages/local-tfe/src/account/users.ts';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

afterEach(async () => (await orchestrator()).tfe.faults.clear());

const LIST = 'GET /workspaces/:workspace_id/runs';
const CHECKS = 'GET /runs/:run_id/policy-checks';
const DISCARD = 'POST /runs/:run_id/actions/discard';
const CANCEL = 'POST /runs/:run_id/actions/cancel';
const HELD_BY_A_POLICY = {
  'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\n',
  'local-tfe.json': JSON.stringify({
    policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }],
  }),
};

const sent = (its: Orchestrator, route: string, runId: string): number =>
  its.tfe.journal.entries({ route }).filter((entry) => entry.kind === 'request' && entry.path.includes(runId)).length;

describe('what somebody does in TFE is followed', () => {
  it('while the apply is held because TFE does not list the runs', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: 'POST /runs', fault: 'error-after-commit' });
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    its.tfe.faults.add({ match: LIST, fault: 'error-before-commit', times: null });
    await its.approve(workflowId);
    await its.until(workflowId, 'what holds the apply', ({ blocker }) => blocker !== undefined);

    its.tfe.people.add({ act: 'confirm', run: runId! });

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere', runId } });
  });

  it('while TFE does not list what an override is to override', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ files: HELD_BY_A_POLICY }));
    const { runId } = await its.until(workflowId, 'the policy', ({ phase }) => phase === 'awaiting-override');
    its.tfe.faults.add({ match: CHECKS, path: runId!, fault: 'error-before-commit', times: null });
    await its.client.override(workflowId, { runId: runId!, by: 'cy' });
    await waitUntil('a list that is refused', () => sent(its, CHECKS, runId!) > 0);

    const { services } = its.tfe;
    const [check] = services.store.policyChecks.ids(runId!);
    overridePolicyCheck(services, check!, ensureUser(services.store, 'alice').id);
    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId } });
  });
});

describe('an interruption', () => {
  it('has its whole cleanup time, also where an ending before it was left off', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    its.tfe.faults.add({ match: DISCARD, fault: 'not-found', times: null });
    const cleanupMs = 4_000;
    const request = await its.request({ in: where, cancelDuringApply: 'interrupt', timing: { cleanupMs } });
    const { workflowId } = await its.client.start(request);
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    await its.client.reject(workflowId, { runId: runId!, by: 'cy', reason: 'not today' });
    await waitUntil('a discard that is refused', () => sent(its, DISCARD, runId!) > 0);
    its.tfe.people.add({ act: 'confirm', run: runId! });
    const confirmedAtMs = Date.now();
    await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');
    await waitUntil('the time of the ending that was left off', () => Date.now() > confirmedAtMs + cleanupMs);

    its.tfe.faults.add({ match: CANCEL, fault: 'error-before-commit' });
    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { status: 'canceled' } });
    expect(sent(its, CANCEL, runId!)).toBe(2);
  });
});
