import { describe, expect, it } from '@jest/globals';
import { taskQueueOf, REAPER_WORKFLOW_TYPE } from '../../src/contract/names.ts';
import type { ReapReport } from '../../src/contract/reaper.ts';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator();
const temporal = connectToTemporal();

async function reap(its: Orchestrator, mode: 'act' | 'dry-run'): Promise<ReapReport> {
  const client = await temporal.client();
  return client.workflow.execute(REAPER_WORKFLOW_TYPE, {
    workflowId: uniqueName('reaper'),
    taskQueue: taskQueueOf(its.installation),
    args: [{ mode }],
  });
}

/** A run that waits for people, its workflow terminated: no cleanup code runs then. */
async function orphan(its: Orchestrator): Promise<string> {
  const { workflowId } = await its.client.start(await its.request({}));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  await (await temporal.client()).workflow.getHandle(workflowId).terminate('by hand');
  return runId!;
}

const statusOf = (its: Orchestrator, runId: string) => its.tfe.runs().find(({ id }) => id === runId)?.status;

describe('the reaper', () => {
  it('ends a run whose workflow was terminated', async () => {
    const its = await orchestrator();
    const runId = await orphan(its);

    const report = await reap(its, 'act');

    expect(report.runs).toContainEqual(
      expect.objectContaining({ runId, workflow: 'closed', action: 'discard', answer: 'accepted' }),
    );
    await waitUntil('the orphan to be discarded', () => statusOf(its, runId) === 'discarded');
  });

  it('only tells in a dry run', async () => {
    const its = await orchestrator();
    const runId = await orphan(its);

    const report = await reap(its, 'dry-run');

    expect(report.runs).toContainEqual(expect.objectContaining({ runId, action: 'discard' }));
    expect(statusOf(its, runId)).toBe('planned');
  });

  it('leaves a run alone whose workflow lives', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    const report = await reap(its, 'act');

    expect(report.runs.map((run) => run.runId)).not.toContain(runId);
    expect(statusOf(its, runId!)).toBe('planned');
    await its.client.cancel(workflowId);
    await its.client.result(workflowId);
  });

  it.each([
    ['without a marker', 'made by hand'],
    ['of another installation', `x [runwright other000 runwright/h/o/w/k 11111111-1111-1111-1111-111111111111 #1]`],
  ])('leaves a run %s alone', async (_, message) => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where }));
    await its.approve(first.workflowId);
    await its.client.result(first.workflowId);
    const made = await fetch(`${its.tfe.address}/api/v2/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${its.tfe.token}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({
        data: {
          type: 'runs',
          attributes: { message, 'replace-addrs': ['terraform_data.one'] },
          relationships: { workspace: { data: { type: 'workspaces', id: where.id } } },
        },
      }),
    });
    const { data } = (await made.json()) as { data: { id: string } };
    await waitUntil('the foreign run to be planned', () => statusOf(its, data.id) === 'planned');

    const report = await reap(its, 'act');

    expect(report.runs.map((run) => run.runId)).not.toContain(data.id);
    expect(statusOf(its, data.id)).toBe('planned');
  });
});
