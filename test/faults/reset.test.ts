import { describe, expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, APPLY } from '../support/request-ledger.ts';
import { resetTo, workflowTasksOf } from '../support/reset-workflow.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let its: FaultLane;
useLane((lane) => (its = lane));

describe('a workflow that is reset', () => {
  it('to each of its steps, after it was applied: nothing is created or applied again', async () => {
    const started = await its.start();
    await its.approve(started);
    expect(await its.ending(started)).toMatchObject(APPLIED);
    const points = await workflowTasksOf(its.temporal, started.workflowId);
    const first = await its.temporal.workflow.getHandle(started.workflowId).describe();

    for (const point of points) {
      await resetTo(its.temporal, { workflowId: started.workflowId, runId: first.runId, point });
      const ending = await its.ending(started, { withinMs: 60_000 });

      expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'applied', changed: 'something' } });
    }
    expect(points.length).toBeGreaterThan(4);
    expect(its.runsOf(started)).toHaveLength(1);
    expect(its.seen(started, APPLY).filter(({ committed }) => committed)).toHaveLength(1);
  }, 300_000);

  it('to each of its steps, while it waits for people: the same run waits again, whatever configuration is uploaded', async () => {
    const started = await its.start();
    const runId = await its.gate(started);
    const first = await its.temporal.workflow.getHandle(started.workflowId).describe();
    const points = await workflowTasksOf(its.temporal, started.workflowId);

    for (const point of points) {
      await resetTo(its.temporal, { workflowId: started.workflowId, runId: first.runId, point });
      expect(await its.gate(started)).toBe(runId);
    }
    await its.approve(started);

    expect(await its.ending(started)).toMatchObject(APPLIED);
    expect(its.runsOf(started)).toHaveLength(1);
  }, 300_000);

  it('to its beginning, when it was applied and 100 newer runs are listed before its own: it finds it all the same', async () => {
    const started = await its.start();
    await its.approve(started);
    expect(await its.ending(started)).toMatchObject(APPLIED);
    const [ours] = its.runsOf(started);
    const first = await its.temporal.workflow.getHandle(started.workflowId).describe();
    // TFE's clock is as far behind as is allowed for: what was created right after the start is listed as that old.
    const startedAt = first.startTime.getTime() - 10 * 60_000;
    const { runs } = its.tfe.services.store;
    const createdAt = (afterMs: number) => new Date(startedAt + afterMs).toISOString();
    const own = runs.update(ours!.id, { createdAt: createdAt(500) });
    for (let number = 100; number < 201; number += 1)
      runs.insert({ ...own, id: `run-newer${number}`, message: 'of others', createdAt: createdAt(1_000) });
    await waitUntil('time to pass since the start', () => Date.now() > first.startTime.getTime() + 3_000);

    const [beginning] = await workflowTasksOf(its.temporal, started.workflowId);
    await resetTo(its.temporal, { workflowId: started.workflowId, runId: first.runId, point: beginning! });

    expect(await its.ending(started, { withinMs: 90_000 })).toMatchObject({ result: { runId: ours!.id } });
    expect(its.runsOf(started)).toHaveLength(1);
  }, 180_000);

  it('to its beginning, while its own apply is under way: it does not take that for somebody else’s', async () => {
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const started = await its.start({ in: where, approval: { confirmedElsewhere: 'interrupt' } });
    await its.approve(started);
    await its.until(started, 'the apply', ({ phase }) => phase === 'applying');
    const first = await its.temporal.workflow.getHandle(started.workflowId).describe();
    const [beginning] = await workflowTasksOf(its.temporal, started.workflowId);

    await resetTo(its.temporal, { workflowId: started.workflowId, runId: first.runId, point: beginning! });
    await its.until(started, 'the apply again', ({ waitingFor }) => waitingFor === 'the apply to finish');
    its.tfe.holds.release();
    const ending = await its.ending(started, { withinMs: 90_000 });

    const warnings = [expect.stringContaining('before it was reset')];
    expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'applied', warnings } });
    expect(its.seen(started, 'POST /runs/:run_id/actions/cancel')).toEqual([]);
  }, 180_000);

  // Control: what was confirmed by somebody else is still told as that, whatever they wrote beside it.
  it('to its beginning, when somebody else confirmed its run: it is told so', async () => {
    const started = await its.start({ key: 'forged' });
    const run = await its.gate(started);
    const comment = 'Approved by ben (1 of 1); request forged';
    its.tfe.people.add({ act: 'confirm', run, as: 'mallory', comment });
    expect(await its.ending(started)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
    const first = await its.temporal.workflow.getHandle(started.workflowId).describe();
    const [beginning] = await workflowTasksOf(its.temporal, started.workflowId);

    await resetTo(its.temporal, { workflowId: started.workflowId, runId: first.runId, point: beginning! });

    expect(await its.ending(started, { withinMs: 90_000 })).toMatchObject({
      result: { outcome: 'confirmed-elsewhere', runId: run },
    });
  }, 180_000);
});
