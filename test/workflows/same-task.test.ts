import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { useOrchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

/** A request that TFE is planning; the plan ends, and then `people` act, before a worker takes in either. */
async function plannedUnseen(people: (handle: WorkflowHandle, runId: string) => Promise<unknown>) {
  const its = await orchestrator();
  const where = await its.workspace();
  const hold = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
  const { workflowId } = await its.client.start(await its.request({ in: where }));
  const { runId } = await its.until(workflowId, 'the plan', ({ phase }) => phase === 'planning');
  const handle = (await temporal.client()).workflow.getHandle(workflowId);
  await its.withoutWorkflows(async () => {
    its.tfe.holds.release(hold.id);
    await waitUntil('the look that finds it planned', async () => (await pendingLooks(handle)) === 0);
    await people(handle, runId!);
  });
  return { its, workflowId };
}

async function pendingLooks(handle: WorkflowHandle): Promise<number> {
  return (await handle.describe()).raw.pendingActivities?.length ?? 0;
}

describe('what people send before the worker has taken in that the run waits for them', () => {
  it('an approval counts', async () => {
    const { its, workflowId } = await plannedUnseen((handle, runId) => handle.signal('approve', { runId, by: 'ben' }));

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'applied', decisions: [{ choice: 'approve', by: 'ben' }] },
    });
  });

  it('a rejection counts, and each once', async () => {
    const { its, workflowId } = await plannedUnseen(async (handle, runId) => {
      await handle.signal('reject', { runId, by: 'ben', reason: 'not today' });
      await handle.signal('approve', { runId, by: 'cy' });
    });

    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject({ kind: 'completed', result: { outcome: 'rejected' } });
    const { decisions } = (await its.client.view(workflowId)).approval;
    expect(decisions.map(({ by, ignored }) => [by, ignored])).toEqual([
      ['ben', undefined],
      ['cy', 'already-decided'],
    ]);
  });

  it('an approval of another run does not', async () => {
    const { its, workflowId } = await plannedUnseen((handle) =>
      handle.signal('approve', { runId: 'run-other', by: 'ben' }),
    );

    const { approval } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    await its.client.cancel(workflowId);

    expect(approval).toMatchObject({ verdict: 'pending', decisions: [{ by: 'ben', ignored: 'other-run' }] });
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
  });
});
