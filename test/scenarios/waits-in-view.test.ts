import { afterEach, describe, expect, it } from '@jest/globals';
import { ONE_RESOURCE, useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

afterEach(async () => (await orchestrator()).tfe.faults.clear());

// Long enough to be seen on a slow machine, short enough to be waited for.
const RESET_SECONDS = 5;
const FAR_AWAY_MS = 60_000;

const HELD_BY_A_POLICY = {
  ...ONE_RESOURCE,
  'local-tfe.json': JSON.stringify({ policies: [{ name: 'p', enforcement: 'soft-mandatory', result: 'failed' }] }),
};

type Step = (its: Orchestrator, workflowId: string) => Promise<unknown>;
const nothing: Step = async () => {};
const approve: Step = (its, workflowId) => its.approve(workflowId);
const reject: Step = async (its, workflowId) => {
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  await its.client.reject(workflowId, { runId: runId!, by: 'ben', reason: 'not today' });
};
const override: Step = async (its, workflowId) => {
  const { runId } = await its.until(workflowId, 'the policy', ({ phase }) => phase === 'awaiting-override');
  await its.client.override(workflowId, { runId: runId!, by: 'cy' });
};

/** Each write: what leads to it, what leads from it to the end, and how the request ends. */
const WRITES: [write: string, match: string, before: Step, after: Step, outcome: string, files?: object][] = [
  ['creation of the run', 'POST /runs', nothing, approve, 'applied'],
  ['apply', 'POST /runs/:run_id/actions/apply', approve, nothing, 'applied'],
  ['discard', 'POST /runs/:run_id/actions/discard', reject, nothing, 'rejected'],
  [
    'override',
    'POST /policy-checks/:policy_check_id/actions/override',
    override,
    approve,
    'applied',
    { files: HELD_BY_A_POLICY },
  ],
];

async function detailsInTemporalUi(workflowId: string): Promise<string> {
  const client = await temporal.client();
  const metadata: { currentDetails?: string } = await client.workflow
    .getHandle(workflowId)
    .query('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

describe.each(WRITES)('the %s that TFE refuses for now', (write, match, before, after, outcome, options = {}) => {
  it('is named in the view and in the Temporal UI with the time at which it is sent again, until it is', async () => {
    const its = await orchestrator();
    const request = await its.request({ ...options, timing: { actionSettlesMs: FAR_AWAY_MS } });
    const fault = its.tfe.faults.add({ match, fault: 'rate-limited', reset: RESET_SECONDS });
    const { workflowId } = await its.client.start(request);
    await before(its, workflowId);

    const shown = await waitUntil('both to show the wait', async () => {
      const [view, details] = await Promise.all([its.client.view(workflowId), detailsInTemporalUi(workflowId)]);
      return view.waitingFor?.includes('limit') === true && details.includes('limit') && { view, details };
    });
    await after(its, workflowId);
    const ending = await its.client.result(workflowId);

    expect(shown.view.waitingFor).toMatch(new RegExp(`^TFE’s rate limit: the ${write} is sent again at \\d{4}-`));
    expect(shown.details).toContain(`TFE’s rate limit: the ${write} is sent again at`);
    expect(its.tfe.faults.list().find(({ id }) => id === fault.id)?.bit).toBe(1);
    // Sent again at once afterwards: the time for an accepted act to settle is not waited for.
    expect(ending).toMatchObject({ kind: 'completed', result: { outcome } });
    expect(await its.client.view(workflowId)).not.toHaveProperty('waitingFor');
  });
});

describe('a write whose answer is lost', () => {
  it.each([
    ['create the run', 'POST /runs', nothing, approve, 'applied'],
    ['discard', 'POST /runs/:run_id/actions/discard', reject, nothing, 'rejected'],
  ] as const)('is named in the view while it is looked up: %s', async (write, match, before, after, outcome) => {
    const its = await orchestrator();
    const timing = { commitWindowMs: 3_000, actionSettlesMs: 3_000 };
    its.tfe.faults.add({ match, fault: 'error-before-commit' });
    const { workflowId } = await its.client.start(await its.request({ timing }));
    await before(its, workflowId);

    const doubtful = await its.until(workflowId, 'the doubt', ({ inDoubt }) => inDoubt !== undefined);
    await after(its, workflowId);

    expect(doubtful.inDoubt).toContain(`${write}: `);
    expect(doubtful.waitingFor).toMatch(/lost request to land|TFE to end the run/);
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result: { outcome } });
    expect(await its.client.view(workflowId)).not.toHaveProperty('inDoubt');
  });
});
