import { afterEach, describe, expect, it } from '@jest/globals';
import { taskQueueOf, WORKFLOW_TYPE } from '../../src/contract/names.ts';
import type { Timing } from '../../src/contract/run-request.ts';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

afterEach(async () => (await orchestrator()).tfe.faults.clear());

const CREATE = 'POST /runs';
const LIST = 'GET /workspaces/:workspace_id/runs';
const READ = 'GET /runs/:run_id';
const APPLY = 'POST /runs/:run_id/actions/apply';
const HOUR_SECONDS = 3_600;

const sent = (its: Orchestrator, route: string, runId: string): number =>
  its.tfe.journal.entries({ route }).filter((entry) => entry.kind === 'request' && entry.path.includes(runId)).length;

describe('a cancellation before the apply was sent', () => {
  it('is followed though the apply is held because TFE does not list the runs after a doubt', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const silent = its.tfe.faults.add({ match: LIST, fault: 'error-before-commit', times: null });
    await its.approve(workflowId);
    const held = await its.until(workflowId, 'what holds the apply', ({ blocker }) => blocker !== undefined);

    await its.client.cancel(workflowId);
    await waitUntil('the discard', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'discarded');
    its.tfe.faults.clear(silent.id);

    expect(held.blocker).toContain('does not list the runs');
    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
    expect(sent(its, APPLY, runId!)).toBe(0);
  });

  it('ends the wait for a rate limit of an hour', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: APPLY, fault: 'rate-limited', reset: HOUR_SECONDS });
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.approve(workflowId);
    await its.until(workflowId, 'the rate limit', ({ waitingFor }) => waitingFor?.includes('rate limit') === true);

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
    expect(sent(its, APPLY, runId!)).toBe(1);
  });

  it('ends a request whose creation is in doubt while TFE does not list the runs, and says so', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-before-commit' });
    its.tfe.faults.add({ match: LIST, fault: 'error-before-commit', times: null });
    const { workflowId } = await its.client.start(await its.request({}));
    await its.until(workflowId, 'what blocks', ({ blocker }) => blocker?.includes('does not list') === true);

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'failed',
      type: 'cleanup-incomplete',
      facts: { changed: 'nothing', cancelRequested: true },
    });
  });
});

describe('a rejection', () => {
  it('counts after the approval while TFE refuses the apply', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: APPLY, fault: 'not-found', times: null });
    const { workflowId } = await its.client.start(await its.request({ timing: { pollRefusedMs: 60_000 } }));
    const { runId } = await its.approve(workflowId);
    await its.until(workflowId, 'the refusal', ({ blocker }) => blocker?.includes('refuses the apply') === true);

    await its.client.reject(workflowId, { runId: runId!, by: 'cy', reason: 'not today' });

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'rejected', status: 'discarded' } });
    expect(sent(its, APPLY, runId!)).toBe(1);
  });
});

describe('an approval', () => {
  it('of a run that TFE shows as planned before Runwright has looked is weighed after a look', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const timing = { pollMinMs: 60_000, pollWorkingMaxMs: 60_000 };
    const { workflowId } = await its.client.start(await its.request({ in: where, timing }));
    const { runId } = await its.until(workflowId, 'the run', (view) => view.runId !== undefined);
    await waitUntil('the first look', () => sent(its, READ, runId!) > 0);
    its.tfe.holds.release(hold.id);
    await waitUntil('the plan', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'planned');

    const handle = (await temporal.client()).workflow.getHandle(workflowId);
    await handle.signal('approve', { runId, by: 'ben' });

    expect(await its.client.result(workflowId)).toMatchObject({
      result: { outcome: 'applied', decisions: [{ by: 'ben' }] },
    });
  });

  it('is asked for with counts and changes, also where the run was planned when it was found', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
    const { workflowId } = await its.client.start(await its.request({ timing: { commitWindowMs: 2_000 } }));
    const waiting = await its.approve(workflowId);

    expect(waiting.plan).toMatchObject({ additions: 1 });
    expect(waiting.plannedChanges).toEqual([{ address: 'terraform_data.one', action: 'create' }]);
    expect(await its.client.result(workflowId)).toMatchObject({
      result: { outcome: 'applied', plan: { additions: 1 } },
    });
  });
});

describe('the run of an earlier life of the same key', () => {
  it('that still waits is ended unapplied and named', async () => {
    const its = await orchestrator();
    const request = await its.request({});
    const { workflowId } = await its.client.start(request);
    const { runId: first } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const client = await temporal.client();
    await client.workflow.getHandle(workflowId).terminate();

    // As after a deletion, for which the server takes its time.
    await client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: taskQueueOf(its.installation),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [request],
    });
    const again = await its.approve(workflowId);

    expect(again.runId).not.toBe(first);
    expect(again.warnings).toEqual([expect.stringContaining(`left run ${first}: it was ended unapplied (discarded)`)]);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(its.tfe.runs().find(({ id }) => id === first)?.status).toBe('discarded');
  });
});

describe('a run that TFE does not show any more', () => {
  const isOver = ({ failure }: { failure?: unknown }): boolean => failure !== undefined;
  const GONE = { kind: 'failed', type: 'cleanup-incomplete', facts: { changed: 'unknown' } };

  it('in the middle of its apply is given up after its time, and what became of it is not known', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where, timing: { goneMs: 1_000 } }));
    const { runId } = await its.approve(workflowId);
    await waitUntil('the apply', () => its.tfe.runs().find(({ id }) => id === runId)?.status === 'applying');

    its.tfe.faults.add({ match: READ, path: runId!, fault: 'not-found', times: null });

    await its.until(workflowId, 'its end', isOver);
    expect(await its.client.result(workflowId)).toMatchObject(GONE);
  });

  it.each<[string, string, Partial<Timing>]>([
    ['a cancellation', 'POST /runs/:run_id/actions/discard', { cleanupMs: 1_000 }],
    ['its approval', APPLY, { goneMs: 1_000 }],
  ])('is given up after %s, which TFE refuses as well', async (what, act, timing) => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ timing }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    for (const match of [READ, act]) its.tfe.faults.add({ match, path: runId!, fault: 'not-found', times: null });

    if (what === 'a cancellation') await its.client.cancel(workflowId);
    else await its.approve(workflowId);

    await its.until(workflowId, 'its end', isOver);
    expect(await its.client.result(workflowId)).toMatchObject(GONE);
  });

  it('is followed again when TFE shows it again in time', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({ timing: { goneMs: 60_000 } }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    const away = its.tfe.faults.add({ match: READ, path: runId!, fault: 'not-found', times: null });
    await its.until(workflowId, 'the refusal', ({ blocker }) => blocker?.includes('404') === true);
    its.tfe.faults.clear(away.id);
    await its.until(workflowId, 'the run again', ({ blocker }) => blocker === undefined);

    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});

describe('a second run that a lost request created', () => {
  /** The first one was created by a lost request, and is not listed while the request makes another one. */
  async function twoRuns() {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
    const lag = its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000, times: null });
    // Replaced each time, so that the plan of the second one changes something though the first one was applied.
    const run = { replace: ['terraform_data.one'] };
    const { workflowId } = await its.client.start(await its.request({ in: where, run }));
    const { runId: own } = await its.until(workflowId, 'the second run', ({ runId }) => runId !== undefined);
    const ofWorkspace = () => its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id);
    const { id: lost } = ofWorkspace().find(({ id }) => id !== own)!;
    const statusOf = (runId: string) => ofWorkspace().find(({ id }) => id === runId)?.status;
    await waitUntil('the plan', () => statusOf(lost) === 'planned');
    const confirmLost = async () => {
      its.tfe.people.add({ act: 'confirm', run: lost });
      await waitUntil('its apply', () => statusOf(lost) === 'applied');
    };
    const listAll = () => its.tfe.faults.clear(lag.id);
    return { its, workflowId, own: own!, lost, statusOf, confirmLost, listAll };
  }

  it('and that somebody confirmed is followed as soon as it is seen: the other one is never applied', async () => {
    const { its, workflowId, own, lost, statusOf, confirmLost, listAll } = await twoRuns();
    await confirmLost();

    await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    listAll();
    await its.client.approve(workflowId, { runId: own, by: 'ben' });

    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject({
      result: { outcome: 'confirmed-elsewhere', runId: lost, plan: { additions: 1 }, apply: { additions: 1 } },
    });
    expect(statusOf(own)).toBe('discarded');
    expect(sent(its, APPLY, own)).toBe(0);
    expect((await its.client.view(workflowId)).warnings).toEqual([
      expect.stringContaining(`run ${lost}, created by a lost or repeated request, was confirmed in TFE`),
      expect.stringContaining(`a second run, ${own}: it was ended unapplied`),
    ]);
  });

  it('is ended unapplied where nobody confirmed it, and the request’s own one is applied', async () => {
    const { its, workflowId, own, lost, statusOf, listAll } = await twoRuns();
    listAll();
    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId: own } });
    expect(statusOf(lost)).toBe('discarded');
  });
});
