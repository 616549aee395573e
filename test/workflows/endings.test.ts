import { describe, expect, it } from '@jest/globals';
import { ONE_RESOURCE, useOrchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  APPLY,
  CANCEL,
  CREATE,
  DISCARD,
  HOUR_SECONDS,
  READ,
  atTheGate,
  requestsAbout,
  sent,
  statusOf,
  undoAfterEach,
} from './scenes.ts';

// How the run of a request is ended, whatever else happens at that moment.

const orchestrator = useOrchestrator({ engine: 'simulated' });

undoAfterEach(orchestrator);

describe('a run whose looks are farther apart than an act takes to settle', () => {
  const timing = { pollMinMs: 2_500, pollWorkingMaxMs: 2_500, pollPeopleMaxMs: 2_500, actionSettlesMs: 1_000 };

  it.each([
    ['canceled', {}],
    ['rejected', {}],
    ['expired', { deadlines: { approvalMs: 2_000 } }],
  ])('is %s by one act and at most two looks', async (how, options) => {
    const its = await orchestrator();
    const { workflowId, runId } = await atTheGate(its, { timing, ...options });
    const before = requestsAbout(its, runId).length;

    if (how === 'canceled') await its.client.cancel(workflowId);
    if (how === 'rejected') await its.client.reject(workflowId, { runId, by: 'cy', reason: 'no' });
    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject(how === 'canceled' ? { kind: 'canceled' } : { result: { outcome: how } });
    const since = requestsAbout(its, runId).slice(before);
    expect(since.filter((route) => route === DISCARD)).toHaveLength(1);
    // One more look of before may have been on its way.
    expect(since.filter((route) => route === READ).length).toBeLessThanOrEqual(3);
    expect(statusOf(its, runId)).toBe('discarded');
  });

  it('is canceled while TFE plans it, by one act', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where, timing }));
    const { runId } = await its.until(workflowId, 'the plan', ({ phase }) => phase === 'planning');

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    const acts = requestsAbout(its, runId!).filter((route) => route.startsWith('POST'));
    expect(acts).toEqual([CANCEL]);
    expect(statusOf(its, runId!)).toBe('canceled');
  });
});

describe('a rate limit of TFE', () => {
  it('on the creation of the run does not hold a cancellation up', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: CREATE, fault: 'rate-limited', reset: HOUR_SECONDS });
    const { workflowId } = await its.client.start(await its.request({}));
    const limited = await its.until(
      workflowId,
      'the rate limit',
      ({ blocker }) => blocker?.includes('rate limit') === true,
    );

    await its.client.cancel(workflowId);

    await its.until(workflowId, 'the end', ({ workflowState }) => workflowState !== 'running');
    expect(limited.blocker).toContain('creation of the run');
    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
  });

  it('on the act that ends a run is waited for, which is shown, and is over with the time of the cleanup', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await atTheGate(its, { timing: { cleanupMs: 2_000 } });
    its.tfe.faults.add({ match: DISCARD, path: runId, fault: 'rate-limited', reset: HOUR_SECONDS, times: null });

    await its.client.cancel(workflowId);
    const limited = await its.until(
      workflowId,
      'the rate limit',
      ({ blocker }) => blocker?.includes('rate limit') === true,
    );

    expect(limited).toMatchObject({
      phase: 'cleaning-up',
      waitingFor: expect.stringContaining('the discard is sent again'),
    });
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'failed', type: 'cleanup-incomplete' });
    expect(sent(its, DISCARD, runId)).toBe(1);
    expect(statusOf(its, runId)).toBe('planned');
  });
});

describe('a cancellation while the answer of the apply is lost', () => {
  it('leaves our own apply alone, also where what somebody else confirms is to be interrupted', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const { workflowId } = await its.client.start(
      await its.request({
        in: where,
        approval: { confirmedElsewhere: 'interrupt' },
        // Nothing sees that it has landed before the request is canceled.
        timing: { commitWindowMs: 20_000, pollMinMs: 20_000, pollWorkingMaxMs: 20_000 },
      }),
    );
    await its.client.nudge(workflowId);
    its.tfe.faults.add({ match: APPLY, fault: 'error-after-commit' });
    const { runId } = await its.approve(workflowId);
    await its.until(workflowId, 'the doubt', ({ inDoubt }) => inDoubt?.includes('apply') === true);
    await waitUntil('the apply', () => statusOf(its, runId!) === 'applying');

    await its.client.cancel(workflowId);
    await waitUntil('the act', () => requestsAbout(its, runId!).includes(DISCARD));
    await its.until(workflowId, 'its apply', ({ phase }) => phase === 'applying');
    its.tfe.holds.release();
    await its.client.nudge(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject({
      result: { outcome: 'applied', cancelRequested: true, reason: 'applied as approved' },
    });
    expect(requestsAbout(its, runId!)).not.toContain(CANCEL);
  });
});

describe('a run that somebody confirms while it is being ended', () => {
  it.each(['canceled', 'rejected'] as const)(
    'because it was %s: what holds its apply can be overridden',
    async (how) => {
      const files = {
        ...ONE_RESOURCE,
        'local-tfe.json': JSON.stringify({
          'task-stages': [{ stage: 'pre_apply', result: 'failed', enforcement: 'overridable' }],
        }),
      };
      const its = await orchestrator();
      const { workflowId, runId } = await atTheGate(its, { files });
      its.tfe.faults.add({ match: DISCARD, path: runId, fault: 'error-before-commit', times: null });
      if (how === 'canceled') await its.client.cancel(workflowId);
      else await its.client.reject(workflowId, { runId, by: 'cy', reason: 'no' });
      await its.until(workflowId, 'the cleanup', ({ phase }) => phase === 'cleaning-up');

      its.tfe.people.add({ act: 'confirm', run: runId });
      await its.until(workflowId, 'the task', ({ status }) => status === 'pre_apply_awaiting_decision');
      const answer = await its.client.decide(workflowId, { choice: 'override', runId, by: 'cy' });

      expect(answer).toMatchObject({ kind: 'counted' });
      expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
      expect(statusOf(its, runId)).toBe('applied');
    },
  );
});

describe('a run without changes that TFE lets rest', () => {
  async function resting(options: RequestForTests = {}) {
    const its = await orchestrator();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const timing = { pollMinMs: 30_000, pollWorkingMaxMs: 30_000, ...options.timing };
    const { workflowId } = await its.client.start(await its.request({ in: where, ...options, timing }));
    const { runId } = await its.until(workflowId, 'the run', (view) => view.runId !== undefined);
    its.tfe.holds.release(hold.id);
    await waitUntil('the plan', () => statusOf(its, runId!) === 'planned');
    its.tfe.services.store.runs.update(runId!, { hasChanges: false });
    await its.client.nudge(workflowId);
    return { its, workflowId, runId: runId! };
  }

  it('is asked about, with a warning, and applied where it is approved', async () => {
    const { its, workflowId } = await resting();

    const { warnings } = await its.approve(workflowId);

    expect(warnings).toContainEqual(expect.stringContaining('wait although its plan changes nothing'));
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });

  it('expires where nobody decides, and leaves the workspace free', async () => {
    const { its, workflowId, runId } = await resting({ deadlines: { approvalMs: 1_000 } });

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'expired' } });
    expect(statusOf(its, runId)).toBe('discarded');
  });
});
