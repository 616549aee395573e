import { describe, expect, it } from '@jest/globals';
import { useOrchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  APPLY,
  CREATE,
  HOUR_SECONDS,
  LIST,
  atTheGateInDoubt,
  sent,
  silentList,
  statusOf,
  undoAfterEach,
} from './scenes.ts';

// What a request does while it is not known whether a lost request has created a run.

const orchestrator = useOrchestrator({ engine: 'simulated' });

undoAfterEach(orchestrator);

/** From now on TFE does not list the runs. */
async function unlistedAtTheGate(options: RequestForTests = {}) {
  const its = await orchestrator();
  const atGate = await atTheGateInDoubt(its, options);
  return { its, ...atGate, silent: silentList(its) };
}

describe('while TFE does not list the runs', () => {
  it('a cancellation of an approved request is followed to its end, and nothing is applied', async () => {
    const { its, workflowId, runId } = await unlistedAtTheGate();
    await its.approve(workflowId);
    await its.until(workflowId, 'what holds the apply', ({ blocker }) => blocker?.includes('does not list') === true);

    await its.client.cancel(workflowId);

    await its.until(workflowId, 'the end', ({ phase }) => phase === 'finished');
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    expect(statusOf(its, runId)).toBe('discarded');
    expect(sent(its, APPLY, runId)).toBe(0);
  });

  it('a run that was confirmed in TFE is reported, with a warning', async () => {
    const { its, workflowId, runId } = await unlistedAtTheGate();

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
    const { its, workflowId, runId, silent } = await unlistedAtTheGate({ timing: { cleanupMs: 1_000 } });
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
