import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTfeClient } from '../../src/tfe/client.ts';
import type { TfeClient } from '../../src/tfe/client.ts';
import { Secret } from '../../src/tfe/http/secret.ts';
import { startReplayServer } from './replay-server.ts';
import type { ReplayServer } from './replay-server.ts';

let server: ReplayServer;
let tfe: TfeClient;
let logUrl: Secret;

beforeEach(async () => {
  server = await startReplayServer();
  tfe = createTfeClient({ address: server.address, token: () => 'planted-token' });
  logUrl = new Secret(`${server.address}/logs/planted-capability`);
});

afterEach(async () => {
  await tfe.close();
  await server.close();
});

const framed = (text: string): string => `\u0002${text}\u0003`;

describe('reading a log', () => {
  it('asks for the piece wanted, without the token', async () => {
    server.reply({ status: 200, body: '\u0002abc' });

    await expect(tfe.logs.read(logUrl, { offset: 0, limit: 4 })).resolves.toEqual(Buffer.from('\u0002abc'));

    expect(server.requests[0]?.path).toBe('/logs/planted-capability?limit=4&offset=0');
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('gives nothing where there is nothing new', async () => {
    server.reply({ status: 200 });

    await expect(tfe.logs.read(logUrl, { offset: 7 })).resolves.toHaveLength(0);
  });

  it('does not follow a redirect', async () => {
    server.reply({ status: 302, headers: { location: `${server.address}/elsewhere` } });

    await expect(tfe.logs.read(logUrl, { offset: 0, limit: 9 })).rejects.toMatchObject({
      kind: 'unreadable-answer',
      facts: { status: 302, reason: 'redirected' },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the tail of a log', () => {
  it('is the end of all pieces, unframed', async () => {
    server.reply({ status: 200, body: '\u0002first line\nsecond' }, { status: 200, body: ' line\u0003' });

    await expect(tfe.logs.readTail(logUrl, { maxBytes: 11 })).resolves.toBe('second line');

    expect(server.requests.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('offset'))).toEqual([
      '0',
      '18',
    ]);
  });

  it('ends where a running log ends for now', async () => {
    server.reply({ status: 200, body: '\u0002so far' }, { status: 200 });

    await expect(tfe.logs.readTail(logUrl, { maxBytes: 100 })).resolves.toBe('so far');
  });

  it('never begins within a character', async () => {
    server.reply({ status: 200, body: framed('ääää') });

    await expect(tfe.logs.readTail(logUrl, { maxBytes: 3 })).resolves.toBe('ä');
  });
});
