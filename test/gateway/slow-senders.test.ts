import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { closeAfterTests } from '../support/after-tests.ts';
import { useOrchestrator } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';
import { gatewayForTests, TOKEN } from './gateway-driver.ts';

const CONNECTIONS = 50;
const BYTE_EVERY_MS = 50;
const PATIENT = 60_000;

describe('the gateway, to those that send a byte now and then', () => {
  const orchestrator = useOrchestrator();

  // Never so silent that a limit on silence would end them.
  it.each([
    [
      'the headers take',
      { headersMs: 500, requestMs: PATIENT, lookEveryMs: 100 },
      'GET /v1/requests HTTP/1.1\r\nx-slow: ',
    ],
    [
      'the body takes',
      { headersMs: 500, requestMs: 500, lookEveryMs: 100 },
      `POST /v1/requests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"`,
    ],
  ])('closes the connection on which %s too long, and answers the others meanwhile', async (_what, receive, start) => {
    const gateway = await gatewayForTests(await orchestrator(), { receive });
    const slow = await Promise.all(Array.from({ length: CONNECTIONS }, () => trickle(gateway.address, start)));

    expect((await gateway.ask('GET', '/v1/requests?limit=1')).status).toBe(200);
    await waitUntil('every slow connection to be closed', () => slow.every((socket) => socket.closed));
    await gateway.close();
  });

  // Control: it is the limit that ends them.
  it('keeps them as long as its limits allow', async () => {
    const receive = { headersMs: PATIENT, requestMs: PATIENT, lookEveryMs: 100 };
    const gateway = await gatewayForTests(await orchestrator(), { receive, closeWithinMs: 1 });
    const patient = await trickle(gateway.address, 'GET /v1/requests HTTP/1.1\r\nx-slow: ');
    const other = await gatewayForTests(await orchestrator(), {
      receive: { headersMs: 500, requestMs: PATIENT, lookEveryMs: 100 },
    });
    const ended = await trickle(other.address, 'GET /v1/requests HTTP/1.1\r\nx-slow: ');

    await waitUntil('the one with the shorter limit to be closed', () => ended.closed);
    expect(patient.closed).toBe(false);
    await gateway.close();
  });
});

async function trickle(address: string, start: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // the gateway may cut it off in the middle of a byte
  socket.resume();
  await once(socket, 'connect');
  socket.write(start);
  const timer = setInterval(() => socket.write('a'), BYTE_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
  closeAfterTests(() => void socket.destroy());
  return socket;
}
