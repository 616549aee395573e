import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launch } from './support/launched.ts';
import type { Launched } from './support/launched.ts';
import { head, rawSocket } from './support/raw-socket.ts';

const MIB = 1024 * 1024;
const BODY_BYTES = 30 * MIB;
const WRONG = 'authorization: Bearer wrong';
const JSON_API = 'content-type: application/vnd.api+json';

describe('a stranger without a token', () => {
  let tfe: Launched;

  beforeAll(async () => {
    tfe = await launch(['--engine', 'simulated']);
  });
  afterAll(() => tfe.stop());

  const journal = async (): Promise<{ route?: string }[]> => {
    const answer = await fetch(`${tfe.address}/_control/journal`, { headers: { authorization: 'Bearer t' } });
    return ((await answer.json()) as { entries: { route?: string }[] }).entries;
  };
  const peakMemory = (): number =>
    1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${tfe.child.pid}/status`, 'utf8'))?.[1]);

  const send = (body: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/vnd.api+json', 'content-length': body.length };
      const sending = request(`${tfe.address}/api/v2/runs`, { method: 'POST', headers, agent: false });
      sending.once('response', (answer) => resolve(answer.resume().statusCode ?? 0));
      sending.once('error', reject);
      sending.end(body);
    });

  it('is refused before any of its body is read, and let go, by every door', async () => {
    const doors = [
      ['POST /api/v2/runs', JSON_API, '401'],
      ['POST /api/v2/runs', WRONG, '401'],
      ['POST /_control/tokens', 'content-type: application/json', '401'],
      ['PUT /_control/capacity', WRONG, '401'],
      ['PUT /_archivist/v1/upload/x.y', 'content-type: application/octet-stream', '404'],
      ['PUT /_archivist/v1/state/x.y', WRONG, '404'],
      ['POST /api/v2/nothing', JSON_API, '404'],
    ] as const;

    const told = await Promise.all(
      doors.map(async ([line, header]) => {
        const { socket, statusLine, closed } = await rawSocket(tfe.address);
        socket.write(head(`${line} HTTP/1.1`, 'host: 127.0.0.1', header, `content-length: ${BODY_BYTES}`));
        const answer = await statusLine;
        await closed; // although it never sends what it said it would
        return answer.split(' ')[1];
      }),
    );

    expect(told).toEqual(doors.map(([, , status]) => status));
  });

  it('that sends four bodies of 30 MB is told 401 four times, and costs no memory to speak of', async () => {
    const before = peakMemory();
    const body = Buffer.from(JSON.stringify({ data: { attributes: { message: 'x'.repeat(BODY_BYTES) } } }));

    expect(await Promise.all([body, body, body, body].map(send))).toEqual([401, 401, 401, 401]);

    // What is on its way through the kernel is read and thrown away piece by piece.
    expect(peakMemory() - before).toBeLessThan(BODY_BYTES);
  });

  it('leaves nothing in the journal, however often it comes', async () => {
    const before = await journal();
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([
        fetch(`${tfe.address}/api/v2/runs/run-${'x'.repeat(200)}`),
        fetch(`${tfe.address}/_archivist/v1/object/x.y`, { headers: { authorization: 'Bearer wrong' } }),
        fetch(`${tfe.address}/_health`),
      ]);
    }

    expect(await journal()).toEqual(before);
  });

  it('that carries a good token to an URL that nobody signed is noted: the token leaked', async () => {
    const answer = await fetch(`${tfe.address}/_archivist/v1/object/x.y`, { headers: { authorization: 'Bearer t' } });

    expect(answer.status).toBe(404);
    expect(await journal()).toContainEqual(expect.objectContaining({ leakedToken: true, answered: 404 }));
  });
});
