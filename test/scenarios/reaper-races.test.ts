import { afterEach, describe, expect, it } from '@jest/globals';
import { taskQueueOf, WORKFLOW_TYPE } from '@runwright/client/contract';
import { actsOn, makeOrphan, reap, reapWith, statusOf } from '../support/orphans.ts';
import { useOrchestrator } from '../support/orchestrator.ts';
import { resetTo, workflowTasksOf } from '../support/reset-workflow.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

afterEach(async () => {
  const { tfe } = await orchestrator();
  tfe.faults.clear();
  tfe.holds.release();
});

describe('between the listing and the act of the reaper', () => {
  it('a person confirms the orphan: it is left to be applied, and nothing is sent', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const where = await its.workspace();
    const { runId } = await makeOrphan(its, client, { where });
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });

    const report = await reapWith(its, client, async () => {
      its.tfe.people.add({ act: 'confirm', run: runId });
      await waitUntil('the apply to begin', () => statusOf(its, runId) === 'applying');
    });

    expect(report.runs).toContainEqual(
      expect.objectContaining({ runId, action: 'leave', answer: 'spared', why: 'being-applied' }),
    );
    expect(actsOn(its, runId)).toEqual([]);
    its.tfe.holds.release();
    await waitUntil('the run to be applied', () => statusOf(its, runId) === 'applied');
  });

  it('the plan of the orphan ends and a person confirms it: its apply is not canceled', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const where = await its.workspace();
    const plan = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const { runId } = await makeOrphan(its, client, { where, phase: 'planning' });
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });

    const report = await reapWith(its, client, async () => {
      its.tfe.people.add({ act: 'confirm', run: runId, when: 'confirmable' });
      its.tfe.holds.release(plan.id);
      await waitUntil('the apply to begin', () => statusOf(its, runId) === 'applying');
    });

    expect(actsOn(its, runId)).toEqual([]);
    expect(report.runs).toContainEqual(expect.objectContaining({ runId, answer: 'spared', why: 'being-applied' }));
    its.tfe.holds.release();
    await waitUntil('the run to be applied', () => statusOf(its, runId) === 'applied');
  });

  it('somebody discards the orphan: it is told as final', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const { runId } = await makeOrphan(its, client);

    const report = await reapWith(its, client, async () => its.tfe.people.add({ act: 'discard', run: runId }));

    expect(report.runs).toContainEqual(expect.objectContaining({ runId, answer: 'spared', why: 'final' }));
    expect(actsOn(its, runId)).toEqual([]);
  });

  it('the workflow is reset: its run lives again and is applied', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const { runId, workflowId } = await makeOrphan(its, client);

    const report = await reapWith(its, client, async () => {
      const described = await client.workflow.getHandle(workflowId).describe();
      const point = (await workflowTasksOf(client, workflowId)).at(-1)!;
      await resetTo(client, { workflowId, runId: described.runId, point });
    });

    expect(report.runs).toContainEqual(expect.objectContaining({ runId, answer: 'spared', why: 'lives' }));
    expect(actsOn(its, runId)).toEqual([]);
    await its.approve(workflowId);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId } });
  });

  it('the request is started again: the run of its earlier life is left to the workflow that lives', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const { runId, workflowId, request } = await makeOrphan(its, client);

    const report = await reapWith(its, client, async () => {
      // The new life does not get as far as the earlier life's run while the reaper looks.
      its.tfe.faults.add({
        match: 'GET /organizations/:organization_name/workspaces/:workspace_name',
        fault: 'error-before-commit',
        times: null,
      });
      // What is left after the first life was deleted, which the server takes its time for.
      await client.workflow.start(WORKFLOW_TYPE, {
        workflowId,
        taskQueue: taskQueueOf(its.installation),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        args: [request],
      });
    });

    expect(report.runs).toContainEqual(expect.objectContaining({ runId, answer: 'spared', why: 'another-life' }));
    expect(actsOn(its, runId)).toEqual([]);
    expect(statusOf(its, runId)).toBe('planned');
    await client.workflow.getHandle(workflowId).terminate('over');
    its.tfe.faults.clear();

    // Control: now that no life of it runs, the run is an orphan again.
    const later = await reap(its, client, 'act');
    expect(later.runs).toContainEqual(expect.objectContaining({ runId, answer: 'accepted' }));
  });
});
