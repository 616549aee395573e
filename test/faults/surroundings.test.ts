import { afterEach, describe, expect, it } from '@jest/globals';
import { useFaultBench, type FaultBench } from '../support/fault-bench.ts';
import { APPLIED, APPLY, FAULT_TIMES, LIST, READ_RUN } from '../support/request-ledger.ts';

const bench = useFaultBench();

afterEach(async () => {
  const its = await bench();
  its.tfe.faults.clear();
  its.tfe.people.clear();
  its.tfe.holds.release();
  expect(await its.violations()).toEqual([]);
});

const bitesOf = (its: FaultBench, id: string): number => its.tfe.faults.list().find((one) => one.id === id)?.bit ?? 0;

describe('reads that lag', () => {
  it('404 flaps right after the run was created: the run is not given up', async () => {
    const its = await bench();
    const fault = its.tfe.faults.add({ match: READ_RUN, fault: 'not-found', times: 3, every: 2 });
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(bitesOf(its, fault.id)).toBeGreaterThan(0);
    expect(its.runsOf(started)).toHaveLength(1);
  });

  it('reads stay behind an accepted apply: it is sent once', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: APPLY, fault: 'stale-reads', ms: 700 });
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(its.seen(started, APPLY)).toMatchObject([{ fault: 'stale-reads' }]);
  });

  it('reads stay behind an accepted apply for longer than it settles: nothing is applied twice', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: APPLY, fault: 'stale-reads', ms: 2_500 });
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(its.seen(started, APPLY).filter(({ committed }) => committed)).toHaveLength(1);
  });

  it.each([
    ['does not show a lost run yet', 1],
    ['does not show it for several look-ups', 3],
  ])('a list %s: the second run is ended, and one is applied', async (_, times) => {
    const its = await bench();
    its.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
    const lag = its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000, times });
    const started = await its.start();
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    // Control: the list was asked and hid the run, so there were two.
    expect(bitesOf(its, lag.id)).toBeGreaterThan(0);
    expect(
      its
        .runsOf(started)
        .map(({ status }) => status)
        .filter((status) => status === 'applied'),
    ).toHaveLength(1);
    expect(its.runsOf(started).length).toBeGreaterThan(1);
  });

  it('a lost run lands after the commit window: it is ended unapplied', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: 'POST /runs', fault: 'late-commit', ms: 3_000 });
    const started = await its.start();
    await its.gate(started);
    await its.until(started, 'the late run', () => its.runsOf(started).length === 2);
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(
      its
        .runsOf(started)
        .map(({ status }) => status)
        .toSorted(),
    ).not.toEqual(['applied', 'applied']);
  });

  it('an apply lands after the commit window: it counts as ours', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: APPLY, fault: 'late-commit', ms: 600 });
    const started = await its.start({ timing: { ...FAULT_TIMES, commitWindowMs: 300 } });
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
  });
});

describe('a doubt that the request does not survive', () => {
  it('a refusal after a lost create leaves nothing behind', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
    its.tfe.faults.add({ match: 'POST /runs', fault: 'token-revoked' });
    its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000 });
    const started = await its.start();

    expect(await its.ending(started)).toMatchObject({ kind: 'failed', type: 'unauthorized' });
    expect(its.runsOf(started)).toHaveLength(1);
  });

  it('a cancellation after a lost create leaves nothing behind', async () => {
    const its = await bench();
    its.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
    its.tfe.faults.add({ match: LIST, fault: 'list-lag', ms: 60_000 });
    const started = await its.start();
    await its.until(started, 'the doubt', ({ inDoubt }) => inDoubt !== undefined);
    await its.cancel(started);

    expect(await its.ending(started)).toEqual({ kind: 'canceled' });
    expect(its.runsOf(started)).toHaveLength(1);
  });

  it('a plan that changes nothing after a lost create leaves no second run behind', async () => {
    const its = await bench();
    const where = await its.workspace();
    its.tfe.services.scripts.set(where.id, { plan: { error: 'no provider' } });
    its.tfe.faults.add({ match: 'POST /runs', fault: 'late-commit', ms: 1_500 });
    its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const started = await its.start({ in: where });
    await its.until(started, 'both runs', () => its.runsOf(started).length === 2);
    its.tfe.holds.release();

    expect(await its.ending(started)).toMatchObject({ kind: 'failed', type: 'plan-errored' });
  });
});

describe('a token that is revoked while a request waits', () => {
  it.each(['queued', 'awaiting-confirmation'] as const)(
    '%s: shown as the blocker, and it goes on when it is back',
    async (phase) => {
      const its = await bench();
      const where = await its.workspace();
      if (phase === 'queued') its.tfe.holds.add({ status: 'pending', workspaceId: where.id });
      const started = await its.start({ in: where });
      const { runId } = await its.until(started, phase, (view) => view.phase === phase && view.runId !== undefined);
      const fault = its.tfe.faults.add({ match: READ_RUN, path: runId!, fault: 'token-revoked', times: null });

      const { blocker } = await its.until(started, 'the blocker', (view) => view.blocker !== undefined);
      its.tfe.faults.clear(fault.id);
      its.tfe.holds.release();
      await its.approve(started);

      expect(blocker).toContain('401');
      expect(await its.ending(started)).toMatchObject(APPLIED);
    },
  );

  it('between the approval and the apply: applied when it is back', async () => {
    const its = await bench();
    const started = await its.start();
    const fault = its.tfe.faults.add({ match: APPLY, fault: 'token-revoked', times: 3 });
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(bitesOf(its, fault.id)).toBe(3);
  });
});

describe('a TFE that is away', () => {
  it.each(['planning', 'awaiting-confirmation', 'applying'] as const)(
    'while the run is %s: the request goes on',
    async (phase) => {
      const its = await bench();
      const where = await its.workspace();
      if (phase !== 'awaiting-confirmation') its.tfe.holds.add({ status: phase, workspaceId: where.id });
      const started = await its.start({ in: where });
      if (phase === 'planning') await its.until(started, 'the run', ({ runId }) => runId !== undefined);
      else if (phase === 'applying') await its.approve(started);
      else await its.gate(started);

      await its.tfe.outage(1_500);
      its.tfe.holds.release();
      if (phase !== 'applying') await its.approve(started);

      expect(await its.ending(started)).toMatchObject(APPLIED);
    },
  );

  it('is shown as what keeps the request from seeing its run, and no more once it is back', async () => {
    const its = await bench();
    const started = await its.start();
    const runId = await its.gate(started);
    const fault = its.tfe.faults.add({ match: READ_RUN, path: runId, fault: 'reset-before-commit', times: null });

    const away = await its.until(started, 'the error', ({ lastError }) => lastError !== undefined);
    its.tfe.faults.clear(fault.id);
    await its.until(started, 'the end of the error', ({ lastError }) => lastError === undefined);
    await its.approve(started);

    expect(away).toMatchObject({
      phase: 'awaiting-confirmation',
      lastError: expect.stringContaining('the connection was lost'),
    });
    expect(await its.ending(started)).toMatchObject(APPLIED);
  });
});
