import { afterEach, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

// What a request does while it is not known whether a lost request has created a run.

const orchestrator = useOrchestrator({ engine: 'simulated' });

afterEach(async () => {
  const { tfe } = await orchestrator();
  tfe.faults.clear();
  tfe.holds.release();
});

const CREATE = 'POST /runs';
const LIST = 'GET /workspaces/:workspace_id/runs';
const APPLY = 'POST /runs/:run_id/actions/apply';
const DISCARD = 'POST /runs/:run_id/actions/discard';
const HOUR_SECONDS = 3_600;

const statusOf = (its: Orchestrator, runId: string) => its.tfe.runs().find(({ id }) => id === runId)?.status;
const applies = (its: Orchestrator, workspaceId: string): number => {
  const ids = its.tfe.runs().filter((run) => run.workspaceId === workspaceId);
  const sent = its.tfe.journal.entries({ route: APPLY }).filter((entry) => entry.kind === 'request');
  return sent.filter(({ path }) => ids.some(({ id }) => path.includes(id))).length;
};
const silentList = (its: Orchestrator) =>
  its.tfe.faults.add({ match: LIST, fault: 'error-before-commit', times: null });

/** At the gate, with a run that was looked up; from now on TFE does not list the runs. */
async function atTheGateInDoubt(options: RequestForTests = {}) {
  const its = await orchestrator();
  const where = await its.workspace();
  its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
  const { workflowId } = await its.client.start(await its.request({ in: where, ...options }));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  const silent = silentList(its);
  return { its, where, workflowId, runId: runId!, silent };
}

describe('while TFE does not list the runs', () => {
  it('a cancellation of an approved request is followed to its end, and nothing is applied', async () => {
    const { its, where, workflowId, runId } = await atTheGateInDoubt();
    await its.approve(workflowId);
    await its.until(workflowId, 'what holds the apply', ({ blocker }) => blocker?.includes('does not list') === true);

    await its.client.cancel(workflowId);

    await its.until(workflowId, 'the end', ({ phase }) => phase === 'finished');
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    expect(statusOf(its, runId)).toBe('discarded');
    expect(applies(its, where.id)).toBe(0);
  });

  it('a run that was confirmed in TFE is reported, with a warning', async () => {
    const { its, workflowId, runId } = await atTheGateInDoubt();

    its.tfe.people.add({ act: 'confirm', run: runId });

    await its.until(workflowId, 'the end', ({ phase }) => phase === 'finished');
    expect(await its.client.result(workflowId)).toMatchObject({
      result: {
        outcome: 'confirmed-elsewhere',
        warnings: expect.arrayContaining([expect.stringContaining('whether a lost request had created a second run')]),
      },
    });
  });

  it('because of a rate limit of an hour, the outcome is withheld for the time of a cleanup at most', async () => {
    const { its, workflowId, runId, silent } = await atTheGateInDoubt({ timing: { cleanupMs: 1_000 } });
    its.tfe.faults.clear(silent.id);
    its.tfe.faults.add({ match: LIST, fault: 'rate-limited', reset: HOUR_SECONDS, times: null });

    its.tfe.people.add({ act: 'confirm', run: runId });

    await its.until(workflowId, 'the end', ({ phase, outcome }) => phase === 'finished' && outcome !== undefined);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
  });

  it.each([
    ['a cancellation', {}, 'cleanup-incomplete'],
    ['the queue deadline', { deadlines: { queueMs: 1_500 } }, 'deadline-exceeded'],
  ])('%s ends a request whose creation is in doubt, and what is not known is said', async (what, options, type) => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-before-commit' });
    silentList(its);
    const { workflowId } = await its.client.start(await its.request(options));
    await its.until(workflowId, 'the doubt', ({ inDoubt }) => inDoubt !== undefined);

    if (what === 'a cancellation') await its.client.cancel(workflowId);

    await its.until(workflowId, 'the end', ({ failure }) => failure !== undefined);
    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject({ kind: 'failed', type, facts: { changed: 'nothing' } });
    expect(ending).toHaveProperty('message', expect.stringContaining('whether the run was created is in doubt'));
  });

  it('because of a rate limit of an hour, a cancellation ends a request whose creation is in doubt', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-before-commit' });
    its.tfe.faults.add({ match: LIST, fault: 'rate-limited', reset: HOUR_SECONDS, times: null });
    const listed = () => its.tfe.journal.entries({ route: LIST }).length;
    const before = listed();
    const { workflowId } = await its.client.start(await its.request({ timing: { cleanupMs: 1_000 } }));
    await waitUntil('the look-up', () => listed() > before);

    await its.client.cancel(workflowId);

    await its.until(workflowId, 'the end', ({ failure }) => failure !== undefined);
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'failed', type: 'cleanup-incomplete' });
  });
});

describe('a second run that cannot be ended', () => {
  it('holds the apply of the request’s own one, which is shown, until it is', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
    const lag = its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000, times: null });
    // Both are planned side by side, as saved plans are.
    const run = { savePlan: true };
    const request = await its.request({ in: where, run, timing: { cleanupMs: 1_000 } });
    const { workflowId } = await its.client.start(request);
    const { runId: own } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const lost = its.tfe.runs().find(({ workspaceId, id }) => workspaceId === where.id && id !== own)!.id;
    const refused = its.tfe.faults.add({ match: DISCARD, path: lost, fault: 'not-found', times: null });
    its.tfe.faults.clear(lag.id);
    await its.approve(workflowId);

    const held = await its.until(workflowId, 'the hold', ({ blocker }) => blocker?.includes('apply is held') === true);
    const sentMeanwhile = applies(its, where.id);
    its.tfe.faults.clear(refused.id);

    expect(held.warnings).toContainEqual(expect.stringContaining(`${lost}: it is still`));
    expect(sentMeanwhile).toBe(0);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId: own } });
    expect(statusOf(its, lost)).toBe('discarded');
  });
});
