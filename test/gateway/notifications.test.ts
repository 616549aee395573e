import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RequestEntry } from '../../packages/local-tfe/src/control/journal.ts';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { gatewayForTests, sign, type GatewayForTests } from './gateway-driver.ts';
import { notifiedWorkspaces } from './notified-workspaces.ts';

const temporal = connectToTemporal();
const start = useOrchestrator({ deliveries: 'loopback' });
let its: Orchestrator;
let gateway: GatewayForTests;
let workspaces: ReturnType<typeof notifiedWorkspaces>;
beforeAll(async () => {
  its = await start();
  gateway = await gatewayForTests(its);
  workspaces = notifiedWorkspaces(its, gateway);
});

const reads = (runId: string): RequestEntry[] =>
  its.tfe.journal
    .entries({ kind: 'request' })
    .filter((entry): entry is RequestEntry => entry.kind === 'request')
    .filter(({ method, path }) => method === 'GET' && path.endsWith(`/runs/${runId}`));
/** The activity by which a nudge is followed; polling has another one. */
async function nudgedReads(workflowId: string): Promise<unknown[]> {
  const { events } = await (await temporal.client()).workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'readRun',
  );
}
const lastSeq = (): number => its.tfe.journal.entries().at(-1)?.seq ?? 0;

describe('a notification of TFE', () => {
  it('verifies the notification configuration when it is made, if it has the same token', async () => {
    const { id } = await its.workspace();

    expect(await workspaces.notifyGateway(id)).toMatchObject({
      enabled: true,
      deliveries: [{ isSuccessful: true, code: '200' }],
    });
    await expect(workspaces.notifyGateway(id, 'another-key')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('carries a request from its plan to its end by the reads that it causes, with polls an hour apart', async () => {
    const { workflowId, runId } = await workspaces.waitingRun();

    const seen = (await nudgedReads(workflowId)).length;
    expect(seen).toBeGreaterThanOrEqual(1);

    await its.client.approve(workflowId, { runId, by: 'ben' });

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
    expect((await nudgedReads(workflowId)).length).toBeGreaterThan(seen);
  });

  it('makes the run be read right after somebody discarded it in TFE', async () => {
    const { workflowId, runId } = await workspaces.waitingRun();
    const before = lastSeq();

    its.tfe.people.add({ as: 'carol', act: 'discard', run: runId });

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'discarded-elsewhere' },
    });
    const told = await waitUntil('the delivery to be answered', () =>
      its.tfe.journal.entries({ kind: 'delivery', after: before }).at(0),
    );
    expect(told).toMatchObject({ detail: { runId, code: '200' } });
    expect(reads(runId).filter(({ seq }) => seq > before).length).toBeGreaterThanOrEqual(1);
  });

  it('nudges only when the status is news, however often it is sent', async () => {
    const { workflowId, runId } = await workspaces.waitingRun();
    const message = its.tfe.runs().find(({ id }) => id === runId)!.message;
    const body = payload({ runId, message, status: 'policy_checked' });
    const known = (await its.client.view(workflowId)).status!;

    expect((await gateway.notify(payload({ runId, message, status: known }))).body).toEqual({ result: 'no-news' });
    expect((await gateway.notify(payload({ runId: 'run-another', message, status: 'applied' }))).body).toEqual({
      result: 'no-news',
    });
    const before = reads(runId).length;
    const answers = await Promise.all([gateway.notify(body), gateway.notify(body), gateway.notify(body)]);
    expect(answers.map((answer) => answer.body.result as string).toSorted()).toEqual(['no-news', 'no-news', 'nudged']);
    await waitUntil('the nudged read', () => reads(runId).length > before);

    await its.client.cancel(workflowId);
    await its.client.result(workflowId);
    expect((await gateway.notify(payload({ runId, message, status: 'errored' }))).body).toEqual({ result: 'no-news' });
  });
});

describe('a notification that is not followed', () => {
  it.each([
    ['a run without a marker', 'by hand'],
    ['a run of another installation', `x [runwright other ${'b'.repeat(36)} runwright/tfe/o/w/k ${'a'.repeat(36)} #1]`],
  ])('is about %s', async (_what, message) => {
    const answer = await gateway.notify(payload({ runId: 'run-a', message, status: 'planned' }));

    expect([answer.status, answer.body]).toEqual([200, { result: 'not-ours' }]);
  });

  it('is about a request that Temporal does not know', async () => {
    const message = `x [runwright ${its.installation} ${'b'.repeat(36)} runwright/tfe/o/w/k ${'a'.repeat(36)} #1]`;

    const answer = await gateway.notify(payload({ runId: 'run-a', message, status: 'planned' }));

    expect([answer.status, answer.body]).toEqual([200, { result: 'not-ours' }]);
  });

  it('is about a workspace', async () => {
    const answer = await gateway.notify(
      JSON.stringify({ payload_version: '2', trigger_scope: 'assessment', trigger: 'assessment:drifted', details: {} }),
    );

    expect([answer.status, answer.body]).toEqual([200, { result: 'not-about-a-run' }]);
  });

  it.each([
    ['is no JSON', 'run_id=run-a'],
    ['is a list', '[]'],
    ['names its run by a number', '{"run_id": 7}'],
  ])('%s', async (_what, body) => {
    const answer = await gateway.notify(body);

    expect([answer.status, answer.body.error.kind]).toEqual([400, 'malformed']);
  });

  it.each([
    ['has no signature', ''],
    ['is signed with another key', sign('{"run_id": 7}', 'another-key')],
    ['has the signature of another body', sign('{}')],
    ['has a signature that is cut off', sign('{"run_id": 7}').slice(0, 126)],
    ['has a signature that is no hex', 'x'.repeat(128)],
  ])('%s: told before it is parsed', async (_what, signature) => {
    const answer = await gateway.notify('{"run_id": 7}', signature);

    expect([answer.status, answer.body.error.kind]).toEqual([401, 'signature']);
  });

  it('is larger than any of TFE', async () => {
    const answer = await gateway.notify(JSON.stringify({ run_message: 'x'.repeat(300 * 1024) }));

    expect([answer.status, answer.body.error.kind]).toEqual([413, 'too-large']);
  });

  it('comes to a gateway that has no key', async () => {
    const without = await gatewayForTests(its, { notifications: 'not-taken' });

    const answer = await without.notify('{}');

    expect([answer.status, answer.body.error.kind]).toEqual([404, 'notifications-off']);
  });
});

const payload = ({ runId, message, status }: { runId: string; message: string; status: string }): string =>
  JSON.stringify({
    payload_version: 1,
    run_id: runId,
    run_message: message,
    notifications: [{ trigger: 'run:whatever', run_status: status, run_updated_at: '2026-01-01T00:00:00Z' }],
  });
