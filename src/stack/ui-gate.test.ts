import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openUiGate, type UiGate } from './ui-gate.ts';

const LOOPBACK = '127.0.0.1';

describe('the gate before the Temporal UI', () => {
  let ui: Server;
  let uiPort: number;
  let gate: UiGate;
  beforeEach(async () => {
    ui = createServer((asked, answer) => {
      void text(asked).then((body) => {
        answer.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'x-asked': `${asked.method} ${asked.url}` });
        answer.end(`${asked.headers.host} ${body}`);
      });
    }).listen(0, LOOPBACK);
    await once(ui, 'listening');
    uiPort = (ui.address() as AddressInfo).port;
    gate = await openUiGate({ listen: { host: LOOPBACK, port: 0 }, ui: { host: LOOPBACK, port: uiPort } });
  });
  afterEach(async () => {
    await gate.close();
    ui.close();
  });

  const ask = async (path: string, { host = `${LOOPBACK}:${gate.port}`, body = '' } = {}) => {
    const options = { host: LOOPBACK, port: gate.port, path, method: 'POST', headers: { host }, agent: false };
    const sent = request(options);
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  };

  it('passes method, path, body, status, headers and answer on as they are, under the name of the UI', async () => {
    const answer = await ask('/api?q=%2F', { body: 'sent' });

    expect(answer).toMatchObject({
      status: 201,
      headers: { 'set-cookie': ['a=1', 'b=2'], 'x-asked': 'POST /api?q=%2F' },
      body: `${LOOPBACK}:${uiPort} sent`,
    });
  });

  it('lets the UI see nothing of what comes under the name of a stranger, and tells where it may be asked', async () => {
    const answer = await ask('/', { host: `stranger.example:${gate.port}` });

    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining(`http://${LOOPBACK}:${gate.port}`) });
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('goes by the port that browsers use where that is another one', async () => {
    const inContainer = await openUiGate({
      listen: { host: LOOPBACK, port: 0 },
      ui: { host: LOOPBACK, port: uiPort },
      browserPort: 8233,
    });
    const statusFor = async (host: string): Promise<number | undefined> => {
      const sent = request({ host: LOOPBACK, port: inContainer.port, headers: { host }, agent: false });
      sent.end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };

    expect([await statusFor('localhost:8233'), await statusFor(`localhost:${inContainer.port}`)]).toEqual([201, 403]);
    await inContainer.close();
  });

  it.each(['GET', 'DELETE', 'OPTIONS', 'POST'])(
    'passes the body of a %s in chunks on as a body, which the UI cannot take for a request that was not looked at',
    async (method) => {
      const asked: string[] = [];
      ui.on('request', (seen: IncomingMessage) => void asked.push(`${seen.method} ${seen.url}`));
      const hidden = `POST /hidden HTTP/1.1\r\nHost: stranger.example\r\nContent-Length: 0\r\n\r\n`;
      const headers = { host: `${LOOPBACK}:${gate.port}`, 'transfer-encoding': 'chunked' };
      const sent = request({ host: LOOPBACK, port: gate.port, path: '/open', method, headers, agent: false });
      sent.end(hidden);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];

      expect(await text(answer)).toContain(hidden);
      await ask('/after'); // on the same connection to the UI: whatever hid there has been read by then
      expect(asked).toEqual([`${method} /open`, 'POST /after']);
    },
  );

  it('says so where the UI does not answer', async () => {
    ui.close();
    ui.closeAllConnections();

    expect(await ask('/')).toMatchObject({ status: 502, body: 'The Temporal UI does not answer.\n' });
  });
});
