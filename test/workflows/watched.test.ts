import { expect, it } from '@jest/globals';
import { useOrchestrator } from '../support/orchestrator.ts';
import { postTo } from '../support/orphans.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

// Control of the checker that watches all tests: where this breach is not found at the end of the file, the file fails.
it('an apply that somebody sends past Runwright, with its token, is noticed', async () => {
  const its = await orchestrator();
  const { workflowId } = await its.client.start(await its.request({}));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  its.invariants.breaks('I2', runId!);

  await postTo(its, `runs/${runId}/actions/apply`, {}).catch(() => undefined); // answered 202, without a document

  expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
});
