import { describe, expect, it } from '@jest/globals';
import type { Timing } from '@runwright/client/contract';
import { useOrchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  APPLY,
  CREATE,
  DISCARD,
  HOUR_SECONDS,
  READ,
  atTheGate,
  atTheGateInDoubt,
  sent,
  silentList,
  statusOf,
  undoAfterEach,
} from './scenes.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

undoAfterEach(orchestrator);

describe('a cancellation before the apply was sent', () => {
  it('is followed though the apply is held because TFE does not list the runs after a doubt', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await atTheGateInDoubt(its);
    const silent = silentList(its);
    await its.approve(workflowId);
    const held = await its.until(workflowId, 'what holds the apply', ({ blocker }) => blocker !== undefined);

    await its.client.cancel(workflowId);
    await waitUntil('the discard', () => statusOf(its, runId!) === 'discarded');
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
    silentList(its);
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

    await its.until(workflowId, 'the end', ({ phase }) => phase === 'finished');
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
    await waitUntil('the plan', () => statusOf(its, runId!) === 'planned');

    const handle = (await temporal.client()).workflow.getHandle(workflowId);
    await handle.signal('approve', { runId, by: 'ben' });

    await its.until(workflowId, 'the end', ({ phase }) => phase === 'finished');
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

describe('a run that TFE does not show any more', () => {
  const isOver = ({ failure }: { failure?: unknown }): boolean => failure !== undefined;
  const GONE = { kind: 'failed', type: 'cleanup-incomplete', facts: { changed: 'unknown' } };

  it('in the middle of its apply is given up after its time, and what became of it is not known', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where, timing: { goneMs: 1_000 } }));
    const { runId } = await its.approve(workflowId);
    await waitUntil('the apply', () => statusOf(its, runId!) === 'applying');

    its.tfe.faults.add({ match: READ, path: runId!, fault: 'not-found', times: null });

    await its.until(workflowId, 'its end', isOver);
    expect(await its.client.result(workflowId)).toMatchObject(GONE);
  });

  it.each<[string, string, Partial<Timing>]>([
    ['a cancellation', DISCARD, { cleanupMs: 1_000 }],
    ['its approval', APPLY, { goneMs: 1_000 }],
  ])('is given up after %s, which TFE refuses as well', async (what, act, timing) => {
    const its = await orchestrator();
    const { workflowId, runId } = await atTheGate(its, { timing });
    for (const match of [READ, act]) its.tfe.faults.add({ match, path: runId!, fault: 'not-found', times: null });

    if (what === 'a cancellation') await its.client.cancel(workflowId);
    else await its.approve(workflowId);

    await its.until(workflowId, 'its end', isOver);
    expect(await its.client.result(workflowId)).toMatchObject(GONE);
  });

  it('is followed again when TFE shows it again in time', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await atTheGate(its, { timing: { goneMs: 60_000 } });
    const away = its.tfe.faults.add({ match: READ, path: runId!, fault: 'not-found', times: null });
    await its.until(workflowId, 'the refusal', ({ blocker }) => blocker?.includes('404') === true);
    its.tfe.faults.clear(away.id);
    await its.until(workflowId, 'the run again', ({ blocker }) => blocker === undefined);

    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});
