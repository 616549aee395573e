import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launch } from './support/launched.ts';
import type { Launched } from './support/launched.ts';
import { head, rawSocket } from './support/raw-socket.ts';

/** What a browser does for a page whose name was made to resolve to this machine: it asks us, and names the page's host. */
describe('a web page that had its name resolve to this machine', () => {
  let tfe: Launched;

  beforeAll(async () => {
    tfe = await launch(['--engine', 'simulated', '--allow-host', 'tfe.internal']);
  });
  afterAll(() => tfe.stop());

  async function status(path: string, host: string): Promise<number> {
    const { socket, statusLine } = await rawSocket(tfe.address);
    socket.write(head(`GET ${path} HTTP/1.1`, `host: ${host}`, 'authorization: Bearer t', 'connection: close'));
    const line = await statusLine;
    socket.destroy();
    return Number(line.split(' ')[1]);
  }
  const port = (): string => new URL(tfe.address).port;

  it.each(['/_control/journal', '/api/v2/organizations', '/_health', '/.well-known/terraform.json', '/nothing'])(
    'is refused at %s, even with the token',
    async (path) => {
      expect(await status(path, `evil.example:${port()}`)).toBe(403);
      expect(await status(path, `127.0.0.1.evil.example:${port()}`)).toBe(403);
    },
  );

  it('does nothing to the server: the token that it would make is none', async () => {
    const { socket, statusLine } = await rawSocket(tfe.address);
    const body = JSON.stringify({ token: 'planted', username: 'mallory' });
    const lines = ['host: evil.example', 'authorization: Bearer t', 'content-type: application/json'];
    socket.write(head('POST /_control/tokens HTTP/1.1', ...lines, `content-length: ${body.length}`) + body);

    expect(await statusLine).toBe('HTTP/1.1 403 Forbidden');
    const answer = await fetch(`${tfe.address}/api/v2/ping`, { headers: { authorization: 'Bearer planted' } });
    expect(answer.status).toBe(401);
  });

  it('differs from a client that asks by an own name, or by one that was allowed', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', 'tfe.internal']) {
      expect(await status('/_control/journal', `${host}:${port()}`)).toBe(200);
    }
  });

  it('is told how a name is allowed', async () => {
    const { socket, statusLine } = await rawSocket(tfe.address);
    const heard: string[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write(head('GET /_health HTTP/1.1', 'host: build-tfe', 'connection: close'));

    expect(await statusLine).toContain('403');
    await ended;
    expect(heard.join('')).toContain('If it is, start the server with --allow-host and that name.');
  });
});
