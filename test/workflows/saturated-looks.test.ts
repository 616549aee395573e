import { beforeAll, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';

// Hundreds of watched runs fill the queue of the looks: one that comes late tells an ending minutes later. Here it never
// comes at all, so what is decided must not depend on it.

const orchestrator = useOrchestrator({ engine: 'simulated' });

const HOW = ['canceled', 'rejected', 'expired'] as const;
const atTheGate = new Map<string, { workflowId: string; runId: string; requests: number }>();

const requestsAbout = (its: Orchestrator, runId: string): number =>
  its.tfe.journal
    .entries({ kind: 'request' })
    .filter((entry) => entry.kind === 'request')
    .filter(({ path }) => path.includes(runId)).length;

beforeAll(async () => {
  const its = await orchestrator();
  for (const how of HOW) {
    const deadlines = how === 'expired' ? { approvalMs: 15_000 } : {};
    const { workflowId } = await its.client.start(await its.request({ deadlines }));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    atTheGate.set(how, { workflowId, runId: runId!, requests: 0 });
  }
  await its.stopLooks();
  for (const waiting of atTheGate.values()) waiting.requests = requestsAbout(its, waiting.runId);
}, 60_000);

describe('a run whose looks are never taken', () => {
  it.each(HOW)('is %s with at most three requests', async (how) => {
    const its = await orchestrator();
    const { workflowId, runId, requests } = atTheGate.get(how)!;

    if (how === 'canceled') await its.client.cancel(workflowId);
    if (how === 'rejected') await its.client.reject(workflowId, { runId, by: 'cy', reason: 'no' });
    await its.until(workflowId, 'the end', ({ phase, outcome }) => outcome !== undefined || phase === 'finished');

    const ending = await its.client.result(workflowId);
    expect(ending).toMatchObject(how === 'canceled' ? { kind: 'canceled' } : { result: { outcome: how } });
    expect(requestsAbout(its, runId) - requests).toBeLessThanOrEqual(3);
    expect(its.tfe.runs().find(({ id }) => id === runId)?.status).toBe('discarded');
  });
});
