import { describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { uniqueName } from '../support/temporal.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

/** A run that waits for two people. */
async function waiting(its: Orchestrator, key: string) {
  const { workflowId } = await its.client.start(await its.request({ key, approval: { approvers: 2 } }));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  return { workflowId, runId: runId! };
}

/** What stands in TFE beside the apply of a request that was approved. */
async function commentOfAnApply(its: Orchestrator, key: string): Promise<string> {
  const { workflowId, runId } = await waiting(its, key);
  for (const by of ['ben', 'cy']) await its.client.approve(workflowId, { runId, by });
  expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  const comments = its.tfe.services.store.comments.select({ scope: runId });
  expect(comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^Approved by ben, cy \(2 of 2\); /)]);
  return comments[0]!.body;
}

// Confirmed by hand with the token's own user: TFE itself cannot tell that from Runwright.
describe('a run that nobody approved, confirmed as the token’s user', () => {
  it.each([
    [
      'a comment like Runwright’s own',
      async (_: Orchestrator, key: string) => `Approved by ben, cy (2 of 2); request ${key}`,
    ],
    [
      'a made-up signature',
      async (_: Orchestrator, key: string) =>
        `Approved by ben, cy (2 of 2); request ${key} [signed AAAAAAAA.${'A'.repeat(43)}]`,
    ],
    ['the comment of an approved run of the same key elsewhere', commentOfAnApply],
  ])('with %s, ends as confirmed elsewhere', async (_, commentOf) => {
    const its = await orchestrator();
    const key = uniqueName('copied');
    const comment = await commentOf(its, key);
    const { workflowId, runId } = await waiting(its, key);

    its.tfe.people.add({ act: 'confirm', run: runId, as: 'admin', comment });

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'confirmed-elsewhere', runId },
    });
  });
});
