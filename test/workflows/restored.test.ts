import { describe, expect, it } from '@jest/globals';
import type { RequestEntry } from '../../packages/local-tfe/src/control/journal.ts';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

const LIST = 'GET /workspaces/:workspace_id/runs';
const CREATE = 'POST /runs';

const requests = (its: Orchestrator): RequestEntry[] =>
  its.tfe.journal.entries({ kind: 'request' }).filter((entry): entry is RequestEntry => entry.kind === 'request');

/** A request that stands still just before it creates its run, until `meanwhile` is done. */
async function startWhile(its: Orchestrator, meanwhile: () => Promise<void>): Promise<string> {
  const seenBefore = requests(its).length;
  its.tfe.faults.add({ match: 'POST /workspaces/:workspace_id/configuration-versions', fault: 'slow', ms: 1_500 });
  const { workflowId } = await its.client.start(await its.request({}));
  await waitUntil('the configuration version to be asked for', () =>
    requests(its)
      .slice(seenBefore)
      .some(({ route }) => route.startsWith('POST /workspaces/')),
  );
  await meanwhile();
  await its.approve(workflowId);
  return workflowId;
}

describe('a namespace that was restored from a backup', () => {
  it('makes an open request look for its run before it creates one', async () => {
    const its = await orchestrator();

    const workflowId = await startWhile(its, () => its.client.declareRestored());

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    const routes = requests(its).map(({ route }) => route);
    expect(routes.indexOf(LIST)).toBeGreaterThan(-1);
    expect(routes.indexOf(LIST)).toBeLessThan(routes.indexOf(CREATE));
  });

  // Control: the look-up above comes from the declaration.
  it('changes nothing for a request that was started afterwards', async () => {
    const its = await orchestrator();
    const listings = requests(its).filter(({ route }) => route === LIST).length;

    const workflowId = await startWhile(its, async () => {});

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(requests(its).filter(({ route }) => route === LIST)).toHaveLength(listings);
  });
});
