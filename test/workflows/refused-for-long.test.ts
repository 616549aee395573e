import { afterEach, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

afterEach(async () => (await orchestrator()).tfe.faults.clear());

const HOURS_MS = 3 * 60 * 60_000;

const sent = (its: Orchestrator, route: string, runId: string): number =>
  its.tfe.journal.entries({ route }).filter((entry) => entry.kind === 'request' && entry.path.includes(runId)).length;

const APPLY = 'POST /runs/:run_id/actions/apply';
const DISCARD = 'POST /runs/:run_id/actions/discard';
const READ = 'GET /runs/:run_id';

describe('an apply that TFE refuses', () => {
  it('is shown as the blocker for as long as nothing is sent again, and a cancellation is followed at once', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: APPLY, fault: 'not-found', times: null });
    const { workflowId } = await its.client.start(await its.request({ timing: { pollRefusedMs: HOURS_MS } }));
    const { runId } = await its.approve(workflowId);
    const refused = await its.until(workflowId, 'the refusal', ({ blocker }) => blocker !== undefined);
    const looks = sent(its, READ, runId!);

    await waitUntil('three more looks', () => sent(its, READ, runId!) >= looks + 3);
    const later = await its.client.view(workflowId);
    await its.client.cancel(workflowId);

    expect(refused.blocker).toMatch(/^TFE refuses the apply: /);
    expect(later.blocker).toBe(refused.blocker);
    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
    expect(sent(its, APPLY, runId!)).toBe(1);
  });
});

describe('a nudged look that TFE refuses', () => {
  it('does not hold up what people decide meanwhile', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ timing: { pollPeopleMaxMs: HOURS_MS } }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const fault = its.tfe.faults.add({ match: READ, path: runId!, fault: 'not-found', times: null });
    const looks = sent(its, READ, runId!);
    await its.client.nudge(workflowId);
    await waitUntil('the refused look', () => sent(its, READ, runId!) > looks);

    await its.client.reject(workflowId, { runId: runId!, by: 'ben', reason: 'not today' });
    // Whose run it is, TFE does not say either, so nothing is sent yet; but the request is on its way to end it.
    await its.until(workflowId, 'its end, while TFE goes on refusing', ({ phase }) => phase === 'cleaning-up');
    expect(sent(its, DISCARD, runId!)).toBe(0);
    its.tfe.faults.clear(fault.id);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'rejected', status: 'discarded' } });
  });
});

describe('what held a run up while it was queued', () => {
  it('is not shown any more when a nudged look finds that it has gone on', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.people.add({ act: 'lock-workspace', workspace: where.id, comment: 'maintenance' });
    // Seconds between two looks: the nudge below comes first.
    const { workflowId } = await its.client.start(
      await its.request({ in: where, timing: { pollMinMs: 2_000, pollWorkingMaxMs: 2_000 } }),
    );
    const { runId } = await its.until(workflowId, 'the blocker', ({ blocker }) => blocker?.includes('locked') === true);
    const looks = sent(its, READ, runId!);
    await waitUntil('the first look after it', () => sent(its, READ, runId!) > looks);

    its.tfe.people.add({ act: 'unlock-workspace', workspace: where.id });
    await waitUntil('the plan', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'planned');
    await its.client.nudge(workflowId);
    const waiting = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    await its.approve(workflowId);

    expect(waiting.blocker).toBeUndefined();
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});

describe('storage that refuses every upload URL', () => {
  const UPLOAD = 'PUT /_archivist/v1/upload/:token';

  it('is tried again with another configuration version, until it is back', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: UPLOAD, fault: 'error-before-commit', status: 403, times: 3 });

    const { workflowId } = await its.client.start(await its.request({}));
    await its.approve(workflowId);

    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
    expect((await its.client.view(workflowId)).warnings).toHaveLength(3);
  });

  it('ends the request after five versions, with what to see to', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: UPLOAD, fault: 'error-before-commit', status: 403, times: null });
    const where = await its.workspace();

    const { workflowId } = await its.client.start(await its.request({ in: where }));
    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ kind: 'failed', type: 'configuration-unusable' });
    expect(ending).toMatchObject({
      message: expect.stringContaining('the upload to 5 configuration versions in a row'),
    });
    expect(its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id)).toEqual([]);
  });
});
