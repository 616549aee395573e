import { describe, expect, it } from '@jest/globals';
import { taskQueueOf, WORKFLOW_TYPE } from '@runwright/client/contract';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { APPLY, READ, atTheGate, sent, statusOf, undoAfterEach } from './scenes.ts';

// The same key once more, after Temporal has forgotten the first life of the request: what that left in TFE.

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();
undoAfterEach(orchestrator);

// Replaced each time, so that there is something to approve in the second life, too.
const run = { replace: ['terraform_data.one'] };

/** As after a deletion, for which the server takes its time. */
async function startAgain(its: Orchestrator, workflowId: string, request: unknown): Promise<void> {
  const client = await temporal.client();
  await client.workflow.start(WORKFLOW_TYPE, {
    workflowId,
    taskQueue: taskQueueOf(its.installation),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [request],
  });
}

/** A first life that waits for people, and ends without a trace. */
async function forgottenAtTheGate(its: Orchestrator, options: RequestForTests = {}) {
  const request = await its.request({ run, ...options });
  const { workflowId } = await its.client.start(request);
  const { runId: first } = await its.until(workflowId, 'its run', (view) => view.runId !== undefined);
  return { request, workflowId, first: first!, forget: () => forget(workflowId) };
}

async function forget(workflowId: string): Promise<void> {
  await (await temporal.client()).workflow.getHandle(workflowId).terminate();
}

describe('the run of an earlier life of the same key', () => {
  it('that still waits is ended unapplied and named', async () => {
    const its = await orchestrator();
    const { request, workflowId, first, forget: forgetIt } = await forgottenAtTheGate(its);
    await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    await forgetIt();

    await startAgain(its, workflowId, request);
    const again = await its.approve(workflowId);

    expect(again.runId).not.toBe(first);
    expect(again.warnings).toEqual([expect.stringContaining(`left run ${first}: it was ended unapplied (discarded)`)]);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(statusOf(its, first)).toBe('discarded');
  });

  it('that was applied and is in sight is said before anything is made or planned', async () => {
    const its = await orchestrator();
    const { request, workflowId, first } = await forgottenAtTheGate(its);
    await its.approve(workflowId);
    await its.client.result(workflowId);
    const made = its.tfe.runs().length;
    its.tfe.faults.add({
      match: 'POST /workspaces/:workspace_id/configuration-versions',
      fault: 'error-before-commit',
      times: null,
    });

    await startAgain(its, workflowId, request);
    const told = await its.until(workflowId, 'the warning', ({ warnings }) => warnings.length > 0);
    const madeThen = its.tfe.runs().length;
    its.tfe.faults.clear();
    const again = await its.approve(workflowId);

    expect(told).toMatchObject({ phase: 'preparing' });
    expect(told.warnings).toEqual([expect.stringContaining(`left run ${first}: TFE says it is applied`)]);
    expect(madeThen).toBe(made);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId: again.runId } });
    expect(again.runId).not.toBe(first);
  });

  /** It stands behind another request's run, and is the one that holds the workspace later. */
  async function queuedBehindAnother(its: Orchestrator) {
    const where = await its.workspace();
    const other = await atTheGate(its, { in: where });
    const life = await forgottenAtTheGate(its, { in: where });
    await life.forget();
    await startAgain(its, life.workflowId, life.request);
    const queued = await its.until(life.workflowId, 'its queue', ({ phase, runId }) => phase === 'queued' && !!runId);
    expect(queued.warnings).toEqual([]);
    const letGo = async () => {
      await its.client.cancel(other.workflowId);
      await its.client.result(other.workflowId);
    };
    return { ...life, own: queued.runId!, letGo };
  }

  it('that comes to hold the workspace later is ended unapplied and named', async () => {
    const its = await orchestrator();
    const { workflowId, first, own, letGo } = await queuedBehindAnother(its);

    await letGo();
    const again = await its.approve(workflowId);

    expect(again).toMatchObject({
      runId: own,
      warnings: [expect.stringContaining(`left run ${first}: it was ended unapplied`)],
    });
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(sent(its, APPLY, first)).toBe(0);
  });

  it('that TFE does not show when it is to be ended is shown as what blocks, until TFE does', async () => {
    const its = await orchestrator();
    const { workflowId, first, letGo } = await queuedBehindAnother(its);
    // The look that finds out whose it is passes.
    const before = sent(its, READ, first);
    const away = its.tfe.faults.add({ match: READ, path: first, fault: 'error-before-commit', times: null, after: 1 });

    await letGo();
    await waitUntil('the look at it', () => sent(its, READ, first) > before + 1);
    const { blocker } = await its.until(workflowId, 'it to block', (view) => view.blocker?.includes('waits:') === true);
    its.tfe.faults.clear(away.id);

    expect(blocker).toContain(`so to discard run ${first} waits`);
    await its.approve(workflowId);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(statusOf(its, first)).toBe('discarded');
  });
});
