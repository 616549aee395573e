import { describe, expect, it } from '@jest/globals';
import type { EndingName, RequestListing } from '@runwright/client';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const temporal = connectToTemporal();
const orchestrator = useOrchestrator();

const BROKEN = { 'main.tf': 'output "said" {\n  value = var.nowhere\n}\n' };

type Story = (its: Orchestrator, workflowId: string) => Promise<unknown>;

const approved: Story = (its, id) => its.approve(id);
const canceled: Story = async (its, id) => {
  await waiting(its, id);
  await its.client.cancel(id);
};
const rejected: Story = async (its, id) =>
  its.client.reject(id, { runId: (await waiting(its, id)).runId!, by: 'ben', reason: 'wrong region' });
const left: Story = () => Promise.resolve();

const waiting = (its: Orchestrator, id: string) =>
  its.until(id, 'the run to wait for approval', ({ phase }) => phase === 'awaiting-confirmation');

/** The only request of the workspace, once the index shows its end. */
const ended = (its: Orchestrator, workspace: string): Promise<RequestListing> =>
  waitUntil('the end to be indexed', async () => (await its.client.list({ workspace, state: 'closed' }))[0]);

describe('a request that has ended', () => {
  it.each<[EndingName, EndingName, Story, Record<string, string> | undefined]>([
    ['applied', 'rejected', approved, undefined],
    ['rejected', 'applied', rejected, undefined],
    ['canceled', 'failed', canceled, undefined],
    ['plan-errored', 'apply-errored', left, BROKEN],
  ])('is listed as %s, and found by it', async (outcome, another, story, files) => {
    const its = await orchestrator();
    const where = await its.workspace();
    const { workflowId } = await its.client.start(await its.request({ in: where, ...(files && { files }) }));
    await story(its, workflowId);
    await its.client.result(workflowId);
    const { workspace } = await ended(its, where.workspace);
    const found = async (...names: EndingName[]) =>
      (await its.client.list({ workspace, outcome: names })).map((listed) => listed.outcome);

    expect(await found(outcome)).toEqual([outcome]);
    expect(await found('expired', outcome)).toEqual([outcome]);
    expect(await found(another)).toEqual([]);
    expect(await found('failed')).toEqual(outcome === 'plan-errored' ? [outcome] : []);
    expect(await its.client.list({ workspace, outcome: [outcome], until: new Date(0) })).toEqual([]);
  });

  it('tells its outcome with its last phase, at the cost of no event', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    await its.approve(workflowId);
    await its.client.result(workflowId);

    const { events } = await (await temporal.client()).workflow.getHandle(workflowId).fetchHistory();
    const indexed = (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: sent }) =>
      sent ? [Object.keys(sent.searchAttributes?.indexedFields ?? {}).includes('TfeOutcome')] : [],
    );

    expect(indexed.filter(Boolean)).toHaveLength(1);
    expect(indexed.at(-1)).toBe(true);
    const { history } = await its.client.view(workflowId);
    expect(indexed.length).toBeLessThan(history.length);
  });
});
