import { afterAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { taskQueueOf, WORKFLOW_TYPE, workflowIdOf } from '@runwright/client/contract';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { connectToTemporal, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

type Payload = { metadata: Record<string, Uint8Array>; data: Uint8Array };
const payload = (encoding: string, data: string): Payload => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});
const json = (value: unknown): Payload => payload('json/plain', JSON.stringify(value));
const nested = (depth: number): Payload => payload('json/plain', '['.repeat(depth) + ']'.repeat(depth));

/** What somebody may send by hand. Each is sent as every signal and as the update. */
const SENT: [title: string, payloads: Payload[]][] = [
  ['nothing', []],
  ['null', [json(null)]],
  ['a number', [json(7)]],
  ['true', [json(true)]],
  ['text', [json('approve')]],
  ['text that holds JSON', [json('{"runId": "run-x", "by": "eve"}')]],
  ['an array', [json([{ runId: 'run-x', by: 'eve' }])]],
  ['an empty object', [json({})]],
  ['two arguments', [json({}), json({})]],
  ['100 levels of arrays', [nested(100)]],
  ['20,000 levels of arrays', [nested(20_000)]],
  ['100 kB of text', [json('x'.repeat(100_000))]],
  [
    '100 kB in a field',
    [json({ runId: 'run-x', by: 'eve', comment: 'x'.repeat(100_000), reason: 'x'.repeat(100_000) })],
  ],
  ['fields of the wrong types', [json({ runId: 7, by: ['eve'], comment: {}, decisionId: false })]],
  ['a name of blanks', [json({ runId: 'run-x', by: '   ' })]],
  ['half a character', [payload('json/plain', '{"runId":"run-x","by":"\\ud83d"}')]],
  ['a key __proto__', [payload('json/plain', '{"__proto__":{"runId":"run-x","by":"eve"}}')]],
  ['a run that is not this one', [json({ runId: 'run-x', by: 'eve', reason: 'r' })]],
  ['something that is not JSON', [payload('json/plain', '{"runId": ')]],
  ['no bytes at all', [payload('json/plain', '')]],
  ['bytes', [payload('binary/plain', '\u0000\u0001')]],
  ['the binary null', [payload('binary/null', '')]],
  ['an encoding that nobody knows', [payload('binary/unknown', 'x')]],
  ['something that is encrypted', [payload('binary/encrypted', 'x')]],
  ['protobuf as JSON', [payload('json/protobuf', '{}')]],
  ['protobuf', [payload('binary/protobuf', 'x')]],
  ['no encoding', [{ metadata: {}, data: Buffer.from('x') }]],
];

const open: string[] = [];

async function asked(its: Orchestrator) {
  const { workflowId } = await its.client.start(await its.request({}));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  return { workflowId, runId: runId! };
}

async function service(): Promise<{ client: Client; namespace: string }> {
  return { client: await temporal.client(), namespace: 'default' };
}

async function signal(workflowId: string, signalName: string, payloads: Payload[]): Promise<void> {
  const { client, namespace } = await service();
  await client.workflowService.signalWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    signalName,
    input: { payloads },
  });
}

/** The update `decide`, to its answer or refusal. */
async function update(workflowId: string, payloads: Payload[]): Promise<string> {
  const { client, namespace } = await service();
  const { outcome } = await client.workflowService.updateWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    waitPolicy: { lifecycleStage: 3 },
    request: {
      meta: { updateId: uniqueName('update'), identity: 'by-hand' },
      input: { name: 'decide', args: { payloads } },
    },
  });
  return outcome?.failure?.message ?? Buffer.from(outcome?.success?.payloads?.[0]?.data ?? '').toString();
}

/** I3 of a workflow: no task of it failed, so nothing is wedged. */
async function failedTasks(workflowId: string): Promise<unknown[]> {
  const { client } = await service();
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes,
  );
}

afterAll(async () => {
  const { client } = await service();
  for (const workflowId of open)
    await client.workflow
      .getHandle(workflowId)
      .terminate('the test is over')
      .catch(() => {});
});

async function expectApplied(its: Orchestrator, workflowId: string, runId: string): Promise<void> {
  await its.client.approve(workflowId, { runId, by: 'ben' });
  expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  expect(await failedTasks(workflowId)).toEqual([]);
}

describe.each(['approve', 'reject', 'override', 'nudge', 'aprove'])('a signal %s by hand', (name) => {
  it('decides nothing and wedges nothing, whatever it holds', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await asked(its);
    open.push(workflowId);

    for (const [, payloads] of SENT) await signal(workflowId, name, payloads);
    const view = await its.until(workflowId, 'the signals to be seen', ({ source }) => source === 'workflow');

    expect(view.approval.verdict).toBe('pending');
    await expectApplied(its, workflowId, runId);
  });
});

describe('an update by hand', () => {
  it.each(SENT)('of %s is refused or answered, and wedges nothing', async (_, payloads) => {
    const its = await orchestrator();
    const { workflowId, runId } = await asked(its);
    open.push(workflowId);

    expect(await update(workflowId, payloads)).toMatch(/\w/);

    await expectApplied(its, workflowId, runId);
  });
});

describe('a workflow that is started by hand', () => {
  it.each(SENT)('with %s fails as an invalid request, and is not stuck', async (_, payloads) => {
    const its = await orchestrator();
    const { client, namespace } = await service();
    const workflowId = workflowIdOf({
      tfeHost: 'by-hand',
      organization: 'demo',
      workspace: 'ws',
      key: uniqueName('key'),
    });
    open.push(workflowId);
    await client.workflowService.startWorkflowExecution({
      namespace,
      workflowId,
      workflowType: { name: WORKFLOW_TYPE },
      taskQueue: { name: taskQueueOf(its.installation) },
      input: { payloads },
      requestId: workflowId,
    });

    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'failed', type: 'invalid-request' });
    expect(await failedTasks(workflowId)).toEqual([]);
  });
});

describe('a request that is started by hand under an id that is not its own', () => {
  it.each([
    ['any id', (own: string) => `${own}-again`],
    ['the id of a request for another workspace', (own: string) => own.replace(/\/[^/]+\/([^/]+)$/, '/elsewhere/$1')],
    [
      'the id of a request to another TFE',
      (own: string) => own.replace(/^runwright\/[^/]+/, 'runwright/tfe.example.com'),
    ],
  ])('%s: is refused before TFE is asked for anything', async (_, idOf) => {
    const its = await orchestrator();
    const { client } = await service();
    const request = await its.request({});
    const own = workflowIdOf({ tfeHost: new URL(its.tfe.address).host, ...request });
    const workflowId = idOf(own);
    const before = its.tfe.journal.entries().at(-1)?.seq ?? 0;

    await client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: taskQueueOf(its.installation),
      args: [request],
    });

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'failed',
      type: 'invalid-request',
      facts: { changed: 'nothing' },
      message: expect.stringContaining(`it is ${workflowId}, and this request can only run as ${own}`),
    });
    expect(its.tfe.journal.entries({ after: before, kind: 'request' })).toEqual([]);
  });
});

describe('a signal at the wrong time', () => {
  it('before the plan is not counted, and the run goes on', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    its.tfe.people.add({ act: 'lock-workspace', workspace: where.id });
    const { workflowId } = await its.client.start(await its.request({ in: where }));
    open.push(workflowId);
    const { runId } = await its.until(workflowId, 'the queue', ({ phase }) => phase === 'queued');
    await signal(workflowId, 'approve', [json({ runId, by: 'eve' })]);
    const { approval } = await its.until(workflowId, 'the signal', (view) => view.approval.decisions.length === 1);

    its.tfe.people.add({ act: 'unlock-workspace', workspace: where.id });
    await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    expect(approval.decisions).toMatchObject([{ by: 'eve', ignored: 'not-planned-yet' }]);
    await expectApplied(its, workflowId, runId!);
  });

  it('during the apply changes nothing', async () => {
    const its = await orchestrator();
    const files = { 'main.tf': '', 'local-tfe.json': JSON.stringify({ apply: { seconds: 1 } }) };
    const request = await its.request({
      files: { ...files, 'main.tf': 'resource "terraform_data" "a" {\n  input = "a"\n}\n' },
    });
    const { workflowId } = await its.client.start(request);
    open.push(workflowId);
    const { runId } = await its.approve(workflowId);
    await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');

    for (const name of ['approve', 'reject', 'nudge', 'override'])
      await signal(workflowId, name, [json({ runId, by: 'eve' })]);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    expect(await failedTasks(workflowId)).toEqual([]);
  });
});

describe('whoever has Temporal in hand', () => {
  it('cannot start the request a second time', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await asked(its);
    open.push(workflowId);
    const { client } = await service();

    const second = client.workflow.start(WORKFLOW_TYPE, {
      workflowId,
      taskQueue: taskQueueOf(its.installation),
      args: [{}],
    });

    await expect(second).rejects.toThrow('already started');
    await expectApplied(its, workflowId, runId);
  });

  it('resets the workflow to its beginning, and there is still one run, applied', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await asked(its);
    open.push(workflowId);
    const { client, namespace } = await service();
    await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
      reason: 'by hand',
      workflowTaskFinishEventId: 4 as never, // a Long on the wire, which takes numbers
      requestId: uniqueName('reset'),
    });
    await its.until(
      workflowId,
      'the gate again',
      (view) => view.source === 'workflow' && view.phase === 'awaiting-confirmation',
    );

    await its.client.approve(workflowId, { runId, by: 'ben' });

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId } });
    const runs = its.tfe.runs().filter((run) => run.message?.includes(workflowId));
    expect(runs.map(({ id, status }) => [id, status])).toEqual([[runId, 'applied']]);
  });

  it('terminates it, which leaves the run to the reaper and is told as such', async () => {
    const its = await orchestrator();
    const { workflowId } = await asked(its);
    const { client } = await service();

    await client.workflow.getHandle(workflowId).terminate('by hand');

    const view = await waitUntil('the end', async () => {
      const seen = await its.client.view(workflowId);
      return seen.workflowState === 'terminated' && seen;
    });
    expect(view.workflowState).toBe('terminated');
  });
});
