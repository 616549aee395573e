import { inspect } from 'node:util';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { PLANTED_TOKEN, clientOf, errorOf, replayed } from './client-for-tests.ts';
import type { Reply } from './replay-server.ts';

const HTML = { 'content-type': 'text/html' };
const jsonApi = (status: number, title: string, detail: string) => ({
  status,
  json: { errors: [{ status: String(status), title, detail }] },
});

describe('the kind of a refusal', () => {
  it.each<[string, Reply, object]>([
    ['401', jsonApi(401, 'unauthorized', ''), { kind: 'unauthorized', facts: { status: 401, title: 'unauthorized' } }],
    [
      '403',
      { status: 403, headers: { 'content-type': 'text/plain' }, body: 'access denied\n' },
      { kind: 'forbidden', facts: { status: 403, detail: 'access denied' } },
    ],
    ['404', jsonApi(404, 'not found', 'Resource not found'), { kind: 'not-found' }],
    [
      '409',
      jsonApi(409, 'transition not allowed', 'run is applied'),
      { kind: 'conflict', facts: { status: 409, title: 'transition not allowed', detail: 'run is applied' } },
    ],
    [
      '400',
      { status: 400, json: { errors: ['Invalid include parameter'] } },
      { kind: 'invalid', facts: { status: 400, detail: 'Invalid include parameter' } },
    ],
    ['422', jsonApi(422, 'invalid attribute', 'Configuration version is still being processed.'), { kind: 'invalid' }],
    ['413', { status: 413, headers: HTML, body: '<h1>413</h1>' }, { kind: 'too-large', facts: { status: 413 } }],
    ['a 4xx nobody expects', { status: 418 }, { kind: 'invalid', facts: { status: 418 } }],
    ['408', { status: 408 }, { kind: 'no-answer', facts: { status: 408 } }],
    [
      '500 with the words of a Go error',
      jsonApi(500, 'Internal Server Error', 'cannot apply run with status applying'),
      {
        kind: 'server',
        facts: { status: 500, title: 'Internal Server Error', detail: 'cannot apply run with status applying' },
      },
    ],
    [
      '502 with HTML',
      { status: 502, headers: HTML, body: '<html>nginx</html>' },
      { kind: 'server', facts: { status: 502 } },
    ],
    [
      '503 with half a body',
      { halfOf: '{"errors":[{"title":"unavailable"}]}', status: 503 },
      { kind: 'server', facts: { status: 503 } },
    ],
    [
      'a numeric status in the body',
      { status: 429, json: { errors: [{ status: 429, title: 'Too many requests' }] } },
      { kind: 'rate-limited', facts: { title: 'Too many requests' } },
    ],
    ['a body that says otherwise', jsonApi(404, 'server error', '500'), { kind: 'not-found', facts: { status: 404 } }],
  ])('is told by the status alone: %s', async (_name, reply, expected) => {
    const { server, tfe } = await replayed();
    server.reply(reply);

    expect(await errorOf(tfe.runs.read('run-1'))).toMatchObject({ ...expected, operation: 'read run' });
  });

  it('of a 429 with HTML is rate-limited, with the float reset in milliseconds', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 429, headers: { ...HTML, 'x-ratelimit-reset': '0.7512' }, body: '<h1>slow down</h1>' });

    const error = await errorOf(tfe.runs.create({ workspaceId: 'ws-1' }));

    expect(error).toMatchObject({ kind: 'rate-limited', facts: { status: 429, retryAfterMs: 752 } });
  });

  it('takes Retry-After as seconds and as a date', async () => {
    const nowMs = Date.parse('2026-01-01T00:00:00Z');
    const { server, tfe } = await replayed({ now: () => nowMs });
    server.reply(
      { status: 503, headers: { 'retry-after': '3' } },
      { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' } },
    );

    expect((await errorOf(tfe.runs.read('run-1'))).facts.retryAfterMs).toBe(3_000);
    expect((await errorOf(tfe.runs.read('run-1'))).facts.retryAfterMs).toBe(9_000);
  });
});

describe('an answer that is none', () => {
  it.each<[string, Reply, object]>([
    [
      'cut off',
      { halfOf: '{"data":{"id":"run-1","attributes":{"status":"planned"}}}' },
      { status: 200, reason: 'half-answer' },
    ],
    ['not JSON', { status: 200, body: '<html>login</html>' }, { status: 200, reason: 'not-json' }],
    ['empty', { status: 201 }, { status: 201, reason: 'not-json' }],
    [
      'another document',
      { status: 200, json: { data: { id: 'run-1', attributes: { status: 7 } } } },
      { reason: 'unexpected-document', detail: 'data.attributes.status' },
    ],
    [
      'a redirect',
      { status: 301, headers: { location: 'https://elsewhere.example.com/planted' } },
      { status: 301, reason: 'redirected' },
    ],
  ])('is unreadable: %s', async (_name, reply, facts) => {
    const { server, tfe } = await replayed();
    server.reply(reply, { status: 200, json: {} });

    expect(await errorOf(tfe.runs.read('run-1'))).toMatchObject({ kind: 'unreadable-answer', facts });
    expect(server.requests).toHaveLength(1);
  });

  it('has a reason: the connection was dropped', async () => {
    const { server, tfe } = await replayed();
    server.reply('drop-connection');

    expect(await errorOf(tfe.runs.read('run-1'))).toMatchObject({
      kind: 'no-answer',
      facts: { reason: 'connection-lost' },
    });
  });

  it.each(['read', 'write'] as const)('has a reason: a %s took longer than its limit', async (timeout) => {
    const { server, tfe } = await replayed({ timeoutsMs: { readMs: 60_000, writeMs: 60_000, [`${timeout}Ms`]: 50 } });
    server.reply('silence');

    const call = timeout === 'read' ? tfe.runs.read('run-1') : tfe.runs.apply('run-1');

    expect(await errorOf(call)).toMatchObject({ kind: 'no-answer', facts: { reason: 'timeout' } });
  });

  it('has a reason: the caller gave up', async () => {
    const { server, tfe } = await replayed();
    server.reply('silence');
    const caller = new AbortController();
    const call = errorOf(tfe.runs.apply('run-1', { signal: caller.signal }));
    await server.nextRequest();

    caller.abort(new Error(`planted reason ${PLANTED_TOKEN}`));

    expect(await call).toMatchObject({ kind: 'no-answer', facts: { reason: 'canceled' } });
  });

  it('sends nothing for a caller that gave up before', async () => {
    const { server, tfe } = await replayed();

    expect(await errorOf(tfe.runs.apply('run-1', { signal: AbortSignal.abort() }))).toMatchObject({
      facts: { reason: 'canceled' },
    });
    expect(server.requests).toHaveLength(0);
  });

  it('has a reason: nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));

    const error = await errorOf(clientOf(`http://127.0.0.1:${port}`).runs.read('run-1'));

    expect(error).toMatchObject({ kind: 'no-answer', facts: { reason: 'connection-refused' } });
    expect(error.message).toBe('TFE read run: the connection was refused');
  });

  it('has a reason: the name is unknown', async () => {
    const error = await errorOf(clientOf('http://tfe.invalid').runs.read('run-1'));

    expect(error).toMatchObject({ kind: 'no-answer', facts: { reason: 'unknown-host' } });
  });
});

describe('an error', () => {
  it('holds no token, no link and no body, however it is printed', async () => {
    const { server, tfe } = await replayed();
    const link = `${server.address}/_archivist/v1/object/planted-capability`;
    server.reply(
      jsonApi(422, 'invalid attribute', `upload to ${link}?sig=planted-signature failed for Bearer ${PLANTED_TOKEN}`),
      { status: 200, json: { data: { id: 'run-1', attributes: { planted: 'planted-value' } } } },
      'drop-connection',
      { status: 307, headers: { location: link } },
    );

    for (let call = 0; call < 4; call++) {
      const error = await errorOf(tfe.runs.read('run-1'));
      const printed = [
        error.message,
        error.stack,
        String(error),
        JSON.stringify(error),
        inspect(error, { depth: 9, showHidden: true }),
      ];

      expect(printed.join('\n')).not.toMatch(/planted|archivist|127\.0\.0\.1:\d+/);
      expect(error.cause).toBeUndefined();
    }
  });

  it('keeps the words that help', async () => {
    const { server, tfe } = await replayed();
    server.reply(jsonApi(422, 'invalid attribute', 'Terraform version 9.9.9 is not in module.network.aws_vpc.main[0]'));

    expect((await errorOf(tfe.runs.read('run-1'))).message).toBe(
      'TFE read run: invalid attribute: Terraform version 9.9.9 is not in module.network.aws_vpc.main[0] (HTTP 422)',
    );
  });
});
