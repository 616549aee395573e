import { describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import {
  APPLY,
  CANCEL,
  CREATE,
  DISCARD,
  sent,
  statusOf,
  undoAfterEach,
  withLostRun,
  withLostRunIn,
} from '../workflows/scenes.ts';

// A lost request has created a run, which TFE does not list until the request has made another one.

const orchestrator = useOrchestrator({ engine: 'simulated' });
undoAfterEach(orchestrator);

// Both are planned, as saved plans are.
const SIDE_BY_SIDE = { savePlan: true };

/** The lost run is planned too, and TFE does not discard it: that holds the apply of the request's own one. */
async function heldByAnother(its: Orchestrator, cleanupMs = 1_000) {
  const { workflowId, own, lost, listAll } = await withLostRun(its, { run: SIDE_BY_SIDE, timing: { cleanupMs } });
  await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  const refused = its.tfe.faults.add({ match: DISCARD, path: lost, fault: 'not-found', times: null });
  listAll();
  await its.approve(workflowId);
  const view = await its.until(workflowId, 'the hold', ({ blocker }) => blocker?.includes('apply is held') === true);
  return { workflowId, own, lost, view, let: () => its.tfe.faults.clear(refused.id) };
}

describe('a second run that a lost request created', () => {
  // Replaced each time, so that the plan of the second one changes something though the first one was applied.
  const run = { replace: ['terraform_data.one'] };

  it('and that somebody confirmed is followed as soon as it is seen: the other one is never applied', async () => {
    const its = await orchestrator();
    const { workflowId, own, lost, until, listAll } = await withLostRun(its, { run });
    await until(lost, 'planned');
    its.tfe.people.add({ act: 'confirm', run: lost });
    await until(lost, 'applied');

    await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    listAll();
    await its.client.approve(workflowId, { runId: own, by: 'ben' });

    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject({
      result: { outcome: 'confirmed-elsewhere', runId: lost, plan: { additions: 1 }, apply: { additions: 1 } },
    });
    expect(statusOf(its, own)).toBe('discarded');
    expect(sent(its, APPLY, own)).toBe(0);
    expect((await its.client.view(workflowId)).warnings).toEqual([
      expect.stringContaining(`had created run ${lost}, and TFE says it is applied`),
      expect.stringContaining(`a second run, ${own}: it was ended unapplied`),
    ]);
  });

  it('is ended unapplied where nobody confirmed it, and the request’s own one is applied', async () => {
    const its = await orchestrator();
    const { workflowId, own, lost, until, listAll } = await withLostRun(its, { run });
    await until(lost, 'planned');
    listAll();
    await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId: own } });
    expect(statusOf(its, lost)).toBe('discarded');
  });
});

describe('a second run that cannot be ended', () => {
  it('holds the apply of the request’s own one, which is shown, until it is', async () => {
    const its = await orchestrator();
    const { workflowId, own, lost, view, let: letIt } = await heldByAnother(its);
    const sentMeanwhile = [own, lost].map((runId) => sent(its, APPLY, runId));
    letIt();

    expect(view.warnings).toContainEqual(expect.stringContaining(`${lost}: it is still`));
    expect(sentMeanwhile).toEqual([0, 0]);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId: own } });
    expect(statusOf(its, lost)).toBe('discarded');
  });

  it('is not shown as what blocks a request that is canceled: that holds no apply any more', async () => {
    const its = await orchestrator();
    // Long enough for the listing at the end, which waits for its turn.
    const { workflowId, own, let: letIt } = await heldByAnother(its, 6_000);
    const slow = its.tfe.faults.add({ match: DISCARD, path: own, fault: 'slow', ms: 3_000 });

    await its.client.cancel(workflowId);
    const canceled = await its.until(workflowId, 'the cleanup', ({ phase }) => phase === 'cleaning-up');
    letIt();
    its.tfe.faults.clear(slow.id);

    expect(canceled.blocker).toBeUndefined();
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    expect(sent(its, APPLY, own)).toBe(0);
  });
});

describe('a second run that is left after the cleanup of a canceled request', () => {
  it('is what that request ends with, also where its own one was discarded', async () => {
    const its = await orchestrator();
    const { workflowId, own, lost } = await heldByAnother(its, 6_000);

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'failed',
      type: 'cleanup-incomplete',
      message: expect.stringContaining(`${lost}, a second one of this request, is still planned_and_saved in TFE`),
      facts: { runId: lost, runUrl: expect.stringContaining(lost), status: 'planned_and_saved', changed: 'nothing' },
    });
    expect(await its.client.result(workflowId)).toHaveProperty('facts.cancelRequested', true);
    expect([own, lost].map((runId) => statusOf(its, runId))).toEqual(['discarded', 'planned_and_saved']);
  });

  it('is what it ends with where it never got a run of its own', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'error-after-commit' });
    for (const match of [DISCARD, CANCEL]) its.tfe.faults.add({ match, fault: 'not-found', times: null });
    const { workflowId } = await its.client.start(await its.request({ timing: { cleanupMs: 6_000 } }));
    await its.until(workflowId, 'the doubt', ({ inDoubt }) => inDoubt !== undefined);

    await its.client.cancel(workflowId);
    const ending = await its.client.result(workflowId);

    const { id: lost } = its.tfe.runs().find(({ message }) => message.includes(workflowId))!;
    expect(ending).toMatchObject({ kind: 'failed', type: 'cleanup-incomplete', facts: { runId: lost } });
  });
});

describe('a second run that TFE applies by itself, because nothing changes and that was approved in advance', () => {
  const EMPTY_APPLY = {
    run: { allowEmptyApply: true },
    approval: { emptyApply: 'approved-in-advance' as const },
  };

  /** Nothing is left to change in the workspace, and TFE holds both runs before their plans. */
  async function nothingToChange(its: Orchestrator) {
    const where = await its.workspace();
    const { workflowId } = await its.client.start(await its.request({ in: where }));
    await its.approve(workflowId);
    await its.client.result(workflowId);
    const hold = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    return { where, letPlan: () => its.tfe.holds.release(hold.id) };
  }

  it('is the only one that is applied, also where TFE never lists it', async () => {
    const its = await orchestrator();
    const { where, letPlan } = await nothingToChange(its);
    const { workflowId, own, lost } = await withLostRunIn(its, where, EMPTY_APPLY);
    letPlan();

    const ending = await its.client.result(workflowId);

    expect([lost, own].map((runId) => statusOf(its, runId))).toEqual(['applied', 'planned_and_finished']);
    expect(ending).toMatchObject({
      result: {
        outcome: 'no-changes',
        runId: own,
        warnings: [expect.stringContaining('without allow-empty-apply')],
      },
    });
  });

  it('is the request’s run as soon as TFE lists it, and the other one is never applied', async () => {
    const its = await orchestrator();
    const { where, letPlan } = await nothingToChange(its);
    const { workflowId, own, lost, listAll } = await withLostRunIn(its, where, EMPTY_APPLY);
    listAll();
    await its.until(workflowId, 'the lost run', ({ runId }) => runId === lost);
    letPlan();

    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ result: { outcome: 'applied', changed: 'nothing', runId: lost } });
    expect(ending).toHaveProperty('result.warnings', [
      expect.stringContaining('without allow-empty-apply'),
      expect.stringMatching(RegExp(`had created run ${lost}, and TFE says it is (planning|plan_queued)`)),
      expect.stringContaining(`a second run, ${own}: it was ended unapplied`),
    ]);
    expect(statusOf(its, lost)).toBe('applied');
  });
});
