import { beforeEach, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { countedClient, type CountedClient } from './counted-client.ts';
import { gatewayForTests, pathOf, type GatewayForTests } from './gateway-driver.ts';
import { notifiedWorkspaces } from './notified-workspaces.ts';

const start = useOrchestrator({ deliveries: 'loopback' });
let its: Orchestrator;
let counted: CountedClient;
let gateway: GatewayForTests;
beforeEach(async () => {
  its ??= await start();
  counted = countedClient(its.client);
  gateway = await gatewayForTests({ ...its, client: counted.client });
});

/** A run that waits for approval; its notifications go to a gateway that is not counted. */
async function waitingRun() {
  const { workflowId, runId } = await notifiedWorkspaces(its, await gatewayForTests(its)).waitingRun();
  return { workflowId, runId, message: its.tfe.runs().find(({ id }) => id === runId)!.message };
}
const payload = (run: { runId: unknown; message: unknown }, at = '2026-01-01T00:00:00Z', status = 'policy_checked') =>
  JSON.stringify({
    payload_version: 1,
    run_id: run.runId,
    run_message: run.message,
    notifications: [{ trigger: 'run:whatever', run_status: status, run_updated_at: at }],
  });

describe('a flood of notifications', () => {
  it('of one that was seen costs one look, however often it is sent', async () => {
    const body = payload(await waitingRun());

    const answers = await Promise.all(Array.from({ length: 200 }, () => gateway.notify(body)));

    const results = answers.map(({ body: { result } }) => result as string);
    expect(results.filter((result) => result === 'nudged')).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set(['nudged', 'no-news']));
    expect(counted.calls).toMatchObject({ view: 1, nudge: 1 });
  });

  it('about one request has one look under way, and one that waits for all of them', async () => {
    const run = await waitingRun();
    const bodies = Array.from({ length: 200 }, (_, n) => payload(run, `2026-01-01T00:00:00.${n}Z`));

    const answers = await Promise.all(bodies.map((body) => gateway.notify(body)));

    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 200));
    expect(counted.peak).toMatchObject({ view: 1 });
    expect(counted.calls['view']).toBeLessThan(bodies.length);
  });

  it('about requests that nobody asked for keeps no more than fifty looks under way', async () => {
    const marker = (n: number) =>
      `x [runwright ${its.installation} ${'b'.repeat(36)} runwright/tfe.example.com/o/w/k${n} ${'a'.repeat(36)} #1]`;
    const bodies = Array.from({ length: 300 }, (_, n) => payload({ runId: 'run-a', message: marker(n) }));

    const answers = await Promise.all(bodies.map((body) => gateway.notify(body)));

    expect(counted.peak['view']).toBeLessThanOrEqual(50);
    for (const { status, body } of answers) {
      expect(status === 200 ? body : body.error.kind).toEqual(status === 200 ? { result: 'not-ours' } : 'busy');
    }
  });
});

describe('an id that can be none', () => {
  const LONG = 'x'.repeat(60_000);
  const ours = () =>
    `[runwright ${its.installation} ${'b'.repeat(36)} runwright/tfe.example.com/o/w/k ${'a'.repeat(36)} #1]`;

  it.each([
    ['a run of 60 KB', () => ({ runId: `run-${LONG}`, message: ours() })],
    ['a run of other characters', () => ({ runId: "run-a' OR 1 = 1", message: ours() })],
    ['a run on two lines', () => ({ runId: 'run-a\nrun-b', message: ours() })],
  ])('is refused with 400 before Temporal is asked: %s', async (_what, run) => {
    const answer = await gateway.notify(payload(run()));

    expect([answer.status, answer.body.error.message]).toEqual([
      400,
      'the notification cannot be read: not as TFE writes it: run_id',
    ]);
    expect(counted.calls).toEqual({});
  });

  it('is not looked for where it stands in a marker', async () => {
    const message = `[runwright ${its.installation} ${'b'.repeat(36)} runwright/tfe.example.com/o/w/${LONG} ${'a'.repeat(36)} #1]`;

    expect((await gateway.notify(payload({ runId: 'run-a', message }))).body).toEqual({ result: 'not-ours' });
    expect(counted.calls).toEqual({});
  });

  it.each([
    ['GET', `/v1/requests/${encodeURIComponent("x' OR 1=1")}`],
    ['GET', pathOf('runwright/tfe.example.com/o/w/k e y')],
    ['GET', pathOf("runwright/tfe.example.com/o/w'/k")],
    ['DELETE', pathOf(`runwright/tfe.example.com/o/w/${'k'.repeat(230)}`)],
    ['GET', `/v1/requests?workspace=${encodeURIComponent("x'")}`],
    ['GET', `/v1/requests?organization=${encodeURIComponent('x"')}`],
    ['GET', `/v1/requests?runId=${encodeURIComponent("run-a' OR 'x' = 'x")}`],
    ['GET', `/v1/requests?requestedBy=${encodeURIComponent('a\nb')}`],
    ['GET', `/v1/requests?runId=run-${'x'.repeat(200)}`],
  ])('is refused with 400 before Temporal is asked: %s %s', async (method, path) => {
    const answer = await gateway.ask(method, path);

    expect([answer.status, answer.body.error.kind]).toEqual([400, 'malformed']);
    expect(counted.calls).toEqual({});
  });

  it('is refused in a decision too, with every other fault of it', async () => {
    const decision = { choice: 'approve', runId: `run-${LONG}`, by: 'ben', decisionId: 'two words' };

    const answer = await gateway.ask('POST', '/v1/requests/some-key/decisions', decision);

    expect(answer.status).toBe(422);
    expect(answer.body.error.faults).toEqual([
      expect.stringMatching(/^runId: must be run-/),
      expect.stringMatching(/^decisionId: must be one word/),
    ]);
    expect(counted.calls).toEqual({});
  });
});
