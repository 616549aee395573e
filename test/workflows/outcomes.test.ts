import { describe, expect, it } from '@jest/globals';
import { useOrchestrator } from '../support/orchestrator.ts';

const orchestrator = useOrchestrator();

describe('an approved request', () => {
  it('is planned, waits, is applied once, and hands back counts and outputs', async () => {
    const its = await orchestrator();
    const request = await its.request({});

    const { id, workflowId } = await its.client.start(request);
    const waiting = await its.approve(workflowId);
    const ending = await its.client.result(workflowId);

    expect(waiting.plan).toEqual({ additions: 1, changes: 0, destructions: 0, imports: 0 });
    expect(waiting.plannedChanges ?? []).toEqual([]);
    expect(ending).toMatchObject({
      kind: 'completed',
      result: {
        key: id,
        outcome: 'applied',
        changed: 'something',
        apply: { additions: 1 },
        outputs: [{ name: 'said', sensitive: 'no', value: 'hello' }],
      },
    });
    expect(its.tfe.runs().map((run) => run.status)).toEqual(['applied']);
  });
});
