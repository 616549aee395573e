import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { RequestEndedError, type RequestView, RunwrightClient } from '@runwright/client';
import { taskQueueOf } from '@runwright/client/contract';
import { TemporalAccess } from '@runwright/client/temporal';
import { viewRequest } from '../../packages/client/src/view-request.ts';
import { createAcceptActivities } from '../../src/activities/accept-request.ts';
import type { ActivityDeps } from '../../src/activities/activity-deps.ts';
import { forwardToTemporal } from '../support/forward-to-temporal.ts';
import { connectToTemporal, temporalAddress, uniqueName, workflowBundle } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { newRequest, TFE_ADDRESS } from './requests.ts';

const temporal = connectToTemporal();
const installation = uniqueName('view');
let runwright: RunwrightClient;

beforeAll(async () => {
  runwright = await RunwrightClient.connect({
    temporal: { address: temporalAddress(), namespace: 'default', environment: {} },
    tfeAddress: TFE_ADDRESS,
    installation,
  });
});
afterAll(() => runwright.close());

/** A worker for the workflows alone: requests are accepted, answer questions, and wait for TFE's side for ever. */
async function withWorkflowWorker<T>(run: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: await temporal.nativeConnection(),
    taskQueue: taskQueueOf(installation),
    workflowBundle: workflowBundle(),
    activities: createAcceptActivities({ installation, tfeAddress: TFE_ADDRESS } as ActivityDeps),
  });
  return await worker.runUntil(run);
}

describe('the view of a request', () => {
  it('comes from Temporal’s own knowledge within 5 s while no worker is up', async () => {
    const { id, workflowId } = await runwright.start(newRequest());
    const startedAt = performance.now();

    const view = await runwright.view(workflowId);

    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(view).toMatchObject({
      source: 'search-attributes',
      key: id,
      organization: 'demo',
      workspace: 'hello',
      requestedBy: 'ann',
      phase: 'preparing',
      workflowState: 'running',
    });
  });

  it('comes from the workflow where a worker is up', async () => {
    const { workflowId } = await runwright.start(newRequest());

    const view = await withWorkflowWorker(() => runwright.view(workflowId));

    expect(view).toMatchObject({ source: 'workflow', phase: 'preparing', approval: { verdict: 'pending' } });
  });

  it('says that a terminated request has ended badly', async () => {
    const { workflowId } = await runwright.start(newRequest());
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by an operator');

    const view = await runwright.view(workflowId);

    expect(view).toMatchObject({ phase: 'ended-badly', ending: { kind: 'terminated', message: 'by an operator' } });
  });

  it('of an unknown request is refused', async () => {
    await expect(runwright.view('runwright/tfe.example.com/demo/hello/nobody')).rejects.toMatchObject({
      kind: 'request-not-found',
    });
  });
});

describe('watching a request', () => {
  it('yields the view at once and again when something happens, and ends with the request', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const views: RequestView[] = [];

    for await (const view of runwright.watch(workflowId)) {
      views.push(view);
      if (views.length === 1) await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');
    }

    expect(views.map(({ workflowState }) => workflowState)).toEqual(['running', 'terminated']);
  });

  it('by its key begins as soon as a Temporal that is silent at first answers', async () => {
    const { id } = await runwright.start(newRequest());
    await waitUntil('the key to be indexed', async () => (await runwright.list()).some((listed) => listed.id === id));
    const away = await forwardToTemporal();
    const other = await RunwrightClient.connect({
      temporal: { address: `127.0.0.1:${away.port}`, namespace: 'default', environment: {} },
      tfeAddress: TFE_ADDRESS,
      installation,
    });
    await away.close();
    const told: string[] = [];
    const onSilence = (silence: string): void => {
      told.push(silence);
      if (silence === 'begins') void forwardToTemporal(away.port);
    };

    const watching = other.watch(id, { onSilence });
    const { value: view } = await watching.next();
    await watching.return();
    await other.close();

    expect(view).toMatchObject({ key: id, workflowState: 'running' });
    expect(told).toEqual(['begins', 'is-over']);
  });

  it('stops at once when it is aborted', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const abort = new AbortController();
    const watching = (async () => {
      for await (const _view of runwright.watch(workflowId, { signal: abort.signal })) abort.abort();
    })();

    await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a call that is aborted', () => {
  it('gives up the view it waits for, also where no worker answers', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const abort = new AbortController();

    const viewing = viewRequest(new TemporalAccess(await temporal.client()), workflowId, { signal: abort.signal });
    abort.abort();

    await expect(viewing).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is not begun where it was aborted before: nobody would end it', async () => {
    let begun = 0;
    const call = async (): Promise<void> => void begun++;

    const calling = new TemporalAccess(await temporal.client()).call(call, { signal: AbortSignal.abort() });

    await expect(calling).rejects.toMatchObject({ name: 'AbortError' });
    expect(begun).toBe(0);
  });
});

describe('the result of a request', () => {
  it('is canceled where the cancellation left nothing to report', async () => {
    const { workflowId } = await runwright.start(newRequest());
    await runwright.cancel(workflowId);

    const ending = await withWorkflowWorker(() => runwright.result(workflowId));

    expect(ending).toEqual({ kind: 'canceled' });
  });

  it('is terminated with the operator’s reason', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const result = runwright.result(workflowId);
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('enough');

    expect(await result).toEqual({ kind: 'terminated', message: 'enough' });
  });
});

describe('a decision', () => {
  it('is kept by Temporal while no worker is up, and answered when one is', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const decisionId = await runwright.approve(workflowId, { runId: 'run-1', by: 'bob' });
    expect(await runwright.answerTo(workflowId, decisionId)).toBeUndefined();

    const answer = await withWorkflowWorker(() =>
      waitUntil('the workflow to answer the decision', () => runwright.answerTo(workflowId, decisionId)),
    );

    expect(answer).toMatchObject({ kind: 'refused', refusal: 'no-run-yet' });
  });

  it('sent as an update is answered at once, and once per id', async () => {
    const { workflowId } = await runwright.start(newRequest());
    const decision = { choice: 'approve', runId: 'run-1', by: 'bob', decisionId: 'd-1' } as const;

    const answers = await withWorkflowWorker(async () => [
      await runwright.decide(workflowId, decision),
      await runwright.decide(workflowId, decision),
    ]);

    expect(answers[0]).toMatchObject({ kind: 'refused', refusal: 'no-run-yet' });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('that nobody could read is refused before it is sent', async () => {
    const { workflowId } = await runwright.start(newRequest());

    await expect(runwright.approve(workflowId, { runId: '', by: 'bob' })).rejects.toMatchObject({
      kind: 'invalid-request',
    });
  });

  it('on a request that has ended says so', async () => {
    const { workflowId } = await runwright.start(newRequest());
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');

    await expect(runwright.approve(workflowId, { runId: 'run-1', by: 'bob' })).rejects.toThrow(RequestEndedError);
    await expect(runwright.cancel(workflowId)).rejects.toThrow(/^request "[A-Za-z0-9._-]+" has ended/); // its key
  });
});
