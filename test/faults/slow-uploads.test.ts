import { afterAll, expect, it } from '@jest/globals';
import { useOrchestrator } from '../support/orchestrator.ts';
import { APPLY, UPLOAD } from '../support/request-ledger.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated', rateLimit: 0, listRateLimitPerMinute: 0 });

afterAll(async () => (await orchestrator()).tfe.faults.clear());

// A worker does so many steps at once that advance runs.
const MORE_THAN_THE_SLOTS = 52;

it('an approved run is applied while more uploads crawl than a worker does steps at once', async () => {
  const its = await orchestrator();
  const { workflowId } = await its.client.start(await its.request({}));
  await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  its.tfe.faults.add({ match: UPLOAD, fault: 'slow', ms: 45_000, times: null });
  const requests = await Promise.all(Array.from({ length: MORE_THAN_THE_SLOTS }, () => its.request({})));
  const others = await Promise.all(requests.map((request) => its.client.start(request)));
  const versions = () =>
    its.tfe.journal.entries({ route: 'POST /workspaces/:workspace_id/configuration-versions' }).length;
  await waitUntil('every request to be at its upload', () => versions() > MORE_THAN_THE_SLOTS, { withinMs: 60_000 });

  await its.approve(workflowId);
  await waitUntil('the apply', () => its.tfe.journal.entries({ route: APPLY }).length === 1);

  // Control: until then not one of the uploads was through.
  const uploaded = its.tfe.journal
    .entries({ route: UPLOAD })
    .filter((one) => 'answered' in one && one.answered === 200);
  expect(uploaded).toHaveLength(1);
  await Promise.all(others.map((other) => its.client.cancel(other.workflowId)));
  expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
}, 180_000);
