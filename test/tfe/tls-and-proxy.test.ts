import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownCertificate } from '../../packages/local-tfe/src/tls/own-ca.ts';
import { Secret } from '../../src/tfe/http/secret.ts';
import { clientOf, closeAfterTest, errorOf, replayed } from './client-for-tests.ts';
import { startReplayServer } from './replay-server.ts';
import type { ReplayServer } from './replay-server.ts';

const run = { status: 200, json: { data: { id: 'run-1', attributes: { status: 'planned' } } } };

let directory: string;
let certificate: { key: string; cert: string };
let ca: () => string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runwright-ca-'));
  const { key, cert, caFile } = ownCertificate(directory, ['127.0.0.1']);
  certificate = { key, cert };
  const pem = await readFile(caFile, 'utf8');
  ca = () => pem;
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function secureServer(): Promise<ReplayServer> {
  const server = await startReplayServer(certificate);
  closeAfterTest(server);
  return server;
}

/** A proxy that tunnels, and remembers where to. */
async function startProxy(answer: 'tunnel' | 'refuse' = 'tunnel') {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => socket.destroy())));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    targets.push(request.url ?? '');
    if (answer === 'refuse') return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const { port, hostname } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream.on('error', () => client.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterTest({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
  return { targets, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a certificate of a private CA', () => {
  it('is refused by the name of its issuer, and no request is sent', async () => {
    const server = await secureServer();

    const error = await errorOf(clientOf(server.address).runs.read('run-1'));

    expect(error).toMatchObject({
      kind: 'no-answer',
      facts: { reason: 'untrusted-certificate', issuer: 'Local TFE CA' },
    });
    expect(error.message).toContain('the certificate of the server is not trusted');
    expect(server.requests).toHaveLength(0);
  });

  it('is trusted from when the CA is replaced, and no longer than that, without a new client', async () => {
    const server = await secureServer();
    const [another = ''] = rootCertificates;
    let trusted = another;
    const tfe = clientOf(server.address, { ca: () => trusted });
    server.reply(run);

    expect(await errorOf(tfe.runs.read('run-1'))).toMatchObject({ facts: { reason: 'untrusted-certificate' } });
    trusted = ca();
    expect(await tfe.runs.read('run-1')).toMatchObject({ id: 'run-1' });
    trusted = another;
    expect(await errorOf(tfe.runs.read('run-1'))).toMatchObject({ facts: { reason: 'untrusted-certificate' } });
  });

  it('is trusted for API and storage alike when the CA is given', async () => {
    const server = await secureServer();
    const tfe = clientOf(server.address, { ca });
    server.reply(run, { status: 200 });

    await expect(tfe.runs.read('run-1')).resolves.toMatchObject({ status: 'planned' });
    await tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), {
      body: Readable.from([Buffer.from('abc')]),
      bytes: 3,
    });

    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v2/runs/run-1', '/upload']);
  });

  it('is refused when it is for another name', async () => {
    const server = await secureServer();
    const address = server.address.replace('127.0.0.1', 'localhost');

    expect(await errorOf(clientOf(address, { ca }).runs.read('run-1'))).toMatchObject({
      facts: { reason: 'untrusted-certificate', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(server.requests).toHaveLength(0);
  });
});

describe('a proxy', () => {
  it('carries API and storage, to which TLS goes through', async () => {
    const server = await secureServer();
    const proxy = await startProxy();
    const tfe = clientOf(server.address, { ca, proxy: { httpsProxy: proxy.address } });
    server.reply(run, { status: 200, body: '\u0002\u0003' });

    await tfe.runs.read('run-1');
    await tfe.logs.read(new Secret(`${server.address}/log`), { offset: 0 });

    expect(server.requests).toHaveLength(2);
    expect(new Set(proxy.targets)).toEqual(new Set([new URL(server.address).host]));
  });

  it('is passed by for the hosts of noProxy', async () => {
    const server = await secureServer();
    const proxy = await startProxy();
    server.reply(run);

    await clientOf(server.address, {
      ca,
      proxy: { httpsProxy: proxy.address, noProxy: 'example.com,127.0.0.1' },
    }).runs.read('run-1');

    expect(proxy.targets).toEqual([]);
  });

  it('is never taken from the environment', async () => {
    const { server, tfe } = await replayed();
    const before = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:9';
    try {
      server.reply(run);
      await expect(tfe.runs.read('run-1')).resolves.toMatchObject({ id: 'run-1' });
    } finally {
      if (before === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = before;
    }
  });

  it('that refuses is no answer of TFE', async () => {
    const server = await secureServer();
    const proxy = await startProxy('refuse');

    const error = await errorOf(
      clientOf(server.address, { ca, proxy: { httpsProxy: proxy.address } }).runs.read('run-1'),
    );

    expect(error).toMatchObject({ kind: 'no-answer', facts: { reason: 'proxy-refused' } });
  });

  it('shows a server whose certificate is not trusted as such', async () => {
    const server = await secureServer();
    const proxy = await startProxy();

    const error = await errorOf(clientOf(server.address, { proxy: { httpsProxy: proxy.address } }).runs.read('run-1'));

    expect(error).toMatchObject({ kind: 'no-answer', facts: { reason: 'untrusted-certificate' } });
  });
});
