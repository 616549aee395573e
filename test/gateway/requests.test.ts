import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { gatewayForTests, pathOf, TOKEN, type GatewayForTests } from './gateway-driver.ts';

const start = useOrchestrator();
let its: Orchestrator;
let gateway: GatewayForTests;
beforeAll(async () => {
  its = await start();
  gateway = await gatewayForTests(its);
});

describe('asking for a run over HTTP', () => {
  it('starts it once, however often it is sent, and shows it by key and by workflow id', async () => {
    const request = await its.request({});

    const first = await gateway.ask('POST', '/v1/requests', request);
    const second = await gateway.ask('POST', '/v1/requests', request);

    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ id: request.key, started: 'new' });
    expect(second.status).toBe(200);
    expect(second.body).toEqual({ ...first.body, started: 'existing' });
    const { workflowId } = first.body;
    expect(first.headers.get('location')).toBe(pathOf(workflowId));
    expect((await gateway.ask('GET', first.headers.get('location')!)).body).toMatchObject({ workflowId });
    const byKey = await gateway.ask('GET', pathOf(request.key));
    expect(byKey.status).toBe(200);
    expect(byKey.body).toMatchObject({ key: request.key, workflowId, requestedBy: 'ana', source: 'workflow' });
  });

  it('refuses another request with the same key, and says what differs', async () => {
    const request = await its.request({ run: { message: 'one' } });
    const { body: started } = await gateway.ask('POST', '/v1/requests', request);

    const answer = await gateway.ask('POST', '/v1/requests', { ...request, run: { message: 'two' } });

    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({
      kind: 'request-conflict',
      workflowId: started.workflowId,
      differences: [{ path: 'run.message', before: '"one"', after: '"two"' }],
    });
  });

  it('names every fault of a request that breaks the contract', async () => {
    const answer = await gateway.ask('POST', '/v1/requests', { key: 'a b', workspace: 'w', directory: '/etc' });

    expect(answer.status).toBe(422);
    expect(answer.body.error.kind).toBe('invalid-request');
    expect(answer.body.error.faults).toEqual([
      expect.stringMatching(/^key: /),
      expect.stringMatching(/^organization: /),
      expect.stringMatching(/^requestedBy: /),
      expect.stringMatching(/directory/),
    ]);
  });

  it('lists what matches', async () => {
    const requestedBy = uniqueName('person');
    const request = await its.request({ requestedBy });
    const { body } = await gateway.ask('POST', '/v1/requests', request);

    const listed = await waitUntil('the request to be indexed', async () => {
      const { requests } = (await gateway.ask('GET', `/v1/requests?requestedBy=${requestedBy}&limit=5`)).body;
      return requests.length > 0 ? requests : undefined;
    });

    expect(listed).toEqual([expect.objectContaining({ id: request.key, workflowId: body.workflowId, requestedBy })]);
    const within = async (times: string) =>
      (await gateway.ask('GET', `/v1/requests?requestedBy=${requestedBy}&${times}`)).body;
    expect((await within('since=1h')).requests).toHaveLength(1);
    expect((await within('until=2026-01-01')).requests).toEqual([]);
    expect((await within('outcome=applied,failed&outcome=canceled')).requests).toEqual([]);
    expect((await within('outcome=lost')).error).toMatchObject({ kind: 'malformed' });
    expect((await within('since=soon')).error).toMatchObject({
      kind: 'malformed',
      faults: [/since: must be a time/].map(matching),
    });
    const other = await gateway.ask('GET', '/v1/requests?requestBy=ana&limit=0');
    expect(other.status).toBe(400);
    expect(other.body.error).toMatchObject({ kind: 'malformed', faults: [/limit/, /requestBy/].map(matching) });
  });
});

describe('deciding over HTTP', () => {
  it('counts an approval of the planned run, once, and the run is applied', async () => {
    const request = await its.request({});
    const { body } = await gateway.ask('POST', '/v1/requests', request);
    const waiting = await waitingFor(body.workflowId);
    const decision = { choice: 'approve', runId: waiting.runId, by: 'ben', comment: 'looks good' };

    const counted = await gateway.ask('POST', `${pathOf(body.workflowId)}/decisions`, decision);
    expect(counted.status).toBe(200);
    expect(counted.body).toMatchObject({ kind: 'counted', verdict: 'approved', missing: 0 });

    expect(await its.client.result(body.workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'applied' },
    });
    const after = await gateway.ask('POST', `${pathOf(body.workflowId)}/decisions`, decision);
    expect(after.status).toBe(409);
    expect(after.body.error.kind).toBe('request-ended');
    const ended = await gateway.ask('DELETE', pathOf(body.workflowId));
    expect([ended.status, ended.body.error.kind]).toEqual([409, 'request-ended']);
  });

  it('answers a decision about another run with the reason why it does not count', async () => {
    const request = await its.request({});
    const { body } = await gateway.ask('POST', '/v1/requests', request);
    await waitingFor(body.workflowId);

    const answer = await gateway.ask('POST', `${pathOf(request.key)}/decisions`, {
      choice: 'approve',
      runId: 'run-another',
      by: 'ben',
      decisionId: 'mine',
    });

    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({
      kind: 'decision-refused',
      refusal: 'other-run',
      decisionId: 'mine',
      verdict: 'pending',
      missing: 1,
    });
    expect(answer.body.error.message).not.toBe('');
  });

  it('rejects a run with a reason, and only with one', async () => {
    const request = await its.request({});
    const { body } = await gateway.ask('POST', '/v1/requests', request);
    const { runId } = await waitingFor(body.workflowId);
    const path = `${pathOf(body.workflowId)}/decisions`;

    const withoutReason = await gateway.ask('POST', path, { choice: 'reject', runId, by: ' ' });
    expect(withoutReason.status).toBe(422);
    expect(withoutReason.body.error.faults).toEqual([/^by: /, /^reason: /].map(matching));

    const rejected = await gateway.ask('POST', path, { choice: 'reject', runId, by: 'ben', reason: 'too much' });
    expect([rejected.status, rejected.body.verdict]).toEqual([200, 'rejected']);
    expect(await its.client.result(body.workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'rejected' },
    });
  });

  it('cancels a request, whose run is then discarded', async () => {
    const request = await its.request({});
    const { body } = await gateway.ask('POST', '/v1/requests', request);
    const { runId } = await waitingFor(body.workflowId);

    const answer = await gateway.ask('DELETE', `${pathOf(body.workflowId)}?by=ben&reason=wrong%20region`);

    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({ workflowId: body.workflowId, cancel: 'requested' });
    expect(await its.client.result(body.workflowId)).toMatchObject({ kind: 'canceled' });
    expect(its.tfe.runs().find(({ id }) => id === runId)?.status).toBe('discarded');
    const { body: shown } = await gateway.ask('GET', pathOf(body.workflowId));
    expect(shown).toMatchObject({ cancellation: { by: 'ben', reason: 'wrong region' } });
  });

  it.each(['?reason=no%20author', '?by=%20', '?by=a%E2%80%8Bb', '?who=ben'])(
    'refuses a cancellation with %s',
    async (query) => {
      const answer = await gateway.ask('DELETE', `${pathOf('runwright/nobody')}${query}`);

      expect([answer.status, answer.body.error.kind]).toEqual([400, 'malformed']);
    },
  );
});

describe('what is refused', () => {
  it.each([
    ['no token', { authorization: '' }],
    ['another token', { authorization: 'Bearer another' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the token and more', { authorization: `Bearer ${TOKEN}x` }],
  ])('%s', async (_what, headers) => {
    for (const [method, path, body] of [
      ['GET', '/v1/requests', undefined],
      ['GET', '/v1/requests/k', undefined],
      ['POST', '/v1/requests', '{"not": "read'],
      ['POST', '/v1/requests/k/decisions', '{}'],
      ['DELETE', '/v1/requests/k', undefined],
    ] as const) {
      const answer = await gateway.ask(method, path, body, headers);
      expect([path, answer.status, answer.body.error.kind]).toEqual([path, 401, 'unauthorized']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it.each([
    ['JSON that is cut off', 400, 'malformed', '{"key": "planted-in-a-body', {}],
    ['no body', 400, 'malformed', undefined, {}],
    ['an empty body', 400, 'malformed', '', { 'content-type': 'application/json' }],
    ['another media type', 415, 'media-type', 'key=a', { 'content-type': 'text/plain' }],
    ['a list', 422, 'invalid-request', [], {}],
    ['null', 422, 'invalid-request', 'null', {}],
    ['a poisoned prototype', 400, 'malformed', '{"__proto__": {"key": "a"}}', {}],
    ['more than 1 MiB', 413, 'too-large', JSON.stringify({ key: 'x'.repeat(1024 * 1024) }), {}],
  ])('a request that is %s', async (_what, status, kind, body, headers) => {
    const answer = await gateway.ask('POST', '/v1/requests', body, headers);

    expect([answer.status, answer.body.error.kind]).toEqual([status, kind]);
    expect(JSON.stringify(answer.body)).not.toContain('planted');
  });

  it.each([
    ['an unknown key', '/v1/requests/nobody-asked-for-this', 404, 'request-not-found'],
    ['a request of another TFE', pathOf('runwright/tfe.example.com/o/w/k'), 404, 'request-not-found'],
    ['an unknown route', '/v2/requests', 404, 'no-such-route'],
    ['a URL that cannot be decoded', '/v1/requests/%zz', 400, 'malformed'],
    ['an id that is longer than any', `/v1/requests/planted-in-a-url-${'x'.repeat(1_000)}`, 400, 'malformed'],
  ])('%s', async (_what, path, status, kind) => {
    const answer = await gateway.ask('GET', path);

    expect([answer.status, answer.body.error.kind]).toEqual([status, kind]);
  });

  it('has an id that the log repeats, and the log holds no token and nothing of a body or a URL', async () => {
    const sent = await gateway.ask('GET', '/v1/requests?phase=planted-in-a-url', undefined, {
      'x-request-id': 'mine-1',
    });
    const made = await gateway.ask('GET', '/v1/requests', undefined, { 'x-request-id': 'not one word' });

    expect(sent.headers.get('x-request-id')).toBe('mine-1');
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const line = await waitUntil('the log line', () =>
      gateway
        .log()
        .split('\n')
        .find((text) => text.includes('"requestId":"mine-1"')),
    );
    expect(JSON.parse(line)).toMatchObject({ message: 'request answered', route: '/v1/requests', status: 400 });
    expect(gateway.log()).not.toContain('planted');
  });
});

describe('a gateway that is stopped', () => {
  it.each([
    ['the head of a request', 'GET /v1/requests HTTP/1.1\r\nHost: '],
    [
      'half a body',
      `POST /v1/requests HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])('is not held up by somebody who goes on sending %s', async (_what, sent) => {
    const stopping = await gatewayForTests(its, { closeWithinMs: 100 });
    const socket = connect(Number(new URL(stopping.address).port), '127.0.0.1').on('error', () => {});
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    socket.write(sent);
    // Sent on another connection, so that the server has seen the first one when it is stopped.
    expect((await stopping.ask('GET', '/v1/requests')).status).toBe(200);

    await stopping.close();

    await closed;
  });
});

const matching = (pattern: RegExp) => expect.stringMatching(pattern);
const waitingFor = (id: string) =>
  its.until(id, 'the run to wait for approval', ({ phase }) => phase === 'awaiting-confirmation');
