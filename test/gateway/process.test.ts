import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGatewayProcess, type ServiceProcess } from '../../src/stack/runwright-processes.ts';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { newRequest } from '../client/requests.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { runCli, startCli } from '../support/cli-process.ts';
import { connectToTemporal, temporalAddress, uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { forwardToTemporal } from '../support/forward-to-temporal.ts';
import { NOTIFICATION_KEY, pathOf, sign, TOKEN } from './gateway-driver.ts';

const temporal = connectToTemporal();
// A host of its own is an installation of its own, for which no worker runs.
const TFE_ADDRESS = `https://${uniqueName('tfe')}.example.com`;
const SETTINGS = { TFE_ADDRESS, RUNWRIGHT_GATEWAY_TOKEN: TOKEN, RUNWRIGHT_NOTIFICATION_TOKEN: NOTIFICATION_KEY };

describe('the gateway as a process', () => {
  let directory: string;
  let stack: Stack;
  let gateway: ServiceProcess;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-gateway-'));
    stack = openStack({ directory, environment: process.env });
    gateway = await startGatewayProcess(stack, {
      temporal: { address: temporalAddress(), namespace: 'default' },
      tfe: { address: TFE_ADDRESS, token: 'planted-tfe-token' },
      archiveDirectory: directory,
      env: SETTINGS,
      flags: ['--listen', '127.0.0.1:0'],
    });
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${gateway.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('serves on loopback where its ready line says, and is ready on its health address', async () => {
    expect(gateway.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${gateway.health}/healthz`)).status).toBe(200);
    const ready = await fetch(`${gateway.health}/readyz`);
    expect(await ready.json()).toEqual({ ready: true, checks: { temporal: 'ok', 'search-attributes': 'ok' } });
    expect((await fetch(`${gateway.address}/healthz`)).status).toBe(404);
  });

  it('takes requests and keeps decisions while no worker is up', async () => {
    const started = await ask('POST', '/v1/requests', newRequest());
    const workflowId = started.body['workflowId'] as string;
    expect(started.status).toBe(201);

    const decision = { choice: 'reject', runId: 'run-a', by: 'ben', reason: 'not now', decisionId: 'mine' };
    // Side by side: each of them waits a while for a worker to answer.
    const [view, kept, canceled] = await Promise.all([
      ask('GET', pathOf(workflowId)),
      ask('POST', `${pathOf(workflowId)}/decisions`, decision),
      ask('DELETE', pathOf(workflowId)),
    ]);
    expect(view.body).toMatchObject({ phase: 'preparing', source: 'search-attributes', workflowState: 'running' });
    expect([kept.status, kept.body]).toEqual([202, { decisionId: 'mine', kind: 'kept' }]);
    expect(canceled.status).toBe(202);
    const { events = [] } = await (await temporal.client()).workflow.getHandle(workflowId).fetchHistory();
    const signals = (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
    expect(signals.map(({ signalName }) => signalName)).toEqual(['reject']);
  });

  it('is healthy while ids of 60 KB and more are sent to it, and writes none of them', async () => {
    const body = JSON.stringify({ run_id: `run-${'a'.repeat(200_000)}`, run_message: 'a'.repeat(50_000) });
    const headers = { 'content-type': 'application/json', 'x-tfe-notification-signature': sign(body) };
    const attack = async (): Promise<number> =>
      (await fetch(`${gateway.address}/v1/notifications/tfe`, { method: 'POST', headers, body })).status;
    const healthy = async (): Promise<number> => (await fetch(`${gateway.health}/healthz`)).status;
    const before = statSync(gateway.child.logFile).size;

    const answers = await Promise.all(Array.from({ length: 40 }, async () => [await attack(), await healthy()]));

    expect(answers).toEqual(answers.map(() => [400, 200]));
    expect(statSync(gateway.child.logFile).size - before).toBeLessThan(40 * 1_000);
  });

  // The last one of this group: it stops what the others use.
  it('answers what it has begun, stops on SIGTERM with exit code 0, and has written no secret', async () => {
    const body = JSON.stringify(newRequest());
    const begun = request(`${gateway.address}/v1/requests`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        expect: '100-continue',
      },
    });
    begun.flushHeaders();
    await once(begun, 'continue');

    gateway.child.signal('SIGTERM');
    const isStopping = async () =>
      ((await (await fetch(`${gateway.health}/readyz`)).json()) as { stopping?: boolean }).stopping === true;
    await waitUntil('readyz to say that it stops', isStopping);
    begun.end(body);
    const [answer] = (await once(begun, 'response')) as [IncomingMessage];
    answer.resume();

    expect(answer.statusCode).toBe(201);
    expect(answer.headers.connection).toBe('close');
    expect(await gateway.child.exited).toEqual({ code: 0, signal: null });
    const log = readFileSync(gateway.child.logFile, 'utf8');
    expect(log).toContain('"message":"gateway stopped"');
    expect(log).not.toContain('planted');
  });
});

describe('the command gateway', () => {
  it('does not start without a token for its callers: exit code 2 and one sentence', async () => {
    const { code, stdout, stderr } = await runCli(['gateway', '--json'], { env: { TFE_ADDRESS } });

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/RUNWRIGHT_GATEWAY_TOKEN is not set, nor RUNWRIGHT_GATEWAY_TOKEN_FILE: .+\n$/);
  });

  it.each([
    [['--listen', '8080'], /^runwright: .*--listen.* It must be HOST:PORT[^]*"runwright gateway --help"/],
    [['--port', '8080'], /^runwright: .*--port/],
  ])('refuses %j: exit code 2', async (flags, message) => {
    const { code, stdout, stderr } = await runCli(['gateway', ...flags], { env: SETTINGS });

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('ends with exit code 1 where its address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    closeAfterTests(() => taken.close());
    await once(taken, 'listening');
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const env = { ...SETTINGS, TEMPORAL_ADDRESS: temporalAddress() };

    const { code, stderr } = await runCli(['gateway', '--listen', address], { env });

    expect(code).toBe(1);
    expect(stderr).toBe(`runwright: ${address} is in use by another program: stop that, or choose another port\n`);
  });

  it.concurrent('waits for a Temporal that is not up yet, and can be stopped meanwhile', async () => {
    const down = await forwardToTemporal();
    await down.close();
    const { port } = down;
    const env = { ...SETTINGS, TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
    const [waiting, stopped] = [startCli(['gateway', '--json'], { env }), startCli(['gateway', '--json'], { env })];
    const isWaiting = ({ stderr }: typeof waiting) => stderr().includes('Temporal does not answer yet');
    await waitUntil('both to find nobody there', () => isWaiting(waiting) && isWaiting(stopped));

    stopped.signal('SIGTERM');
    expect(await stopped.ended()).toMatchObject({ code: 0, stdout: '' });

    await forwardToTemporal(port);
    expect(JSON.parse(await waiting.line(/"ready":true/))).toMatchObject({ ready: true, address: expect.anything() });
    waiting.signal('SIGINT');
    expect((await waiting.ended()).code).toBe(0);
  });

  it.concurrent('says 503 while Temporal is gone, and serves again when it is back', async () => {
    const forwarded = await forwardToTemporal();
    const env = { ...SETTINGS, TEMPORAL_ADDRESS: `127.0.0.1:${forwarded.port}` };
    const running = startCli(['gateway', '--json'], { env, withinMs: 60_000 });
    const { address, health } = JSON.parse(await running.line(/"ready":true/)) as Record<string, string>;
    const list = () => fetch(`${address}/v1/requests?limit=1`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await list()).status).toBe(200);

    await forwarded.close();
    expect((await fetch(`${health}/readyz`)).status).toBe(503);
    const answer = await list();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { kind: 'temporal-unreachable' } });

    await forwardToTemporal(forwarded.port);
    await waitUntil('it to be ready again', async () => (await fetch(`${health}/readyz`)).status === 200);
    expect((await list()).status).toBe(200);
    running.signal('SIGTERM');
    expect((await running.ended()).code).toBe(0);
  });
});
