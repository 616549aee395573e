import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { waitUntil } from '../../../test/support/wait-until.ts';
import { findTemporal, NoTemporal } from './temporal-program.ts';
import { TEMPORAL_CLI_VERSION } from '../tool-versions.ts';

describe('finding a Temporal dev server', () => {
  let directory: string;
  let server: Server;
  let answer: RequestListener;
  let origin: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-find-'));
    answer = (_request, response) => response.writeHead(503).end();
    server = createServer((request, response) => answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const cached = (): string => join(directory, 'cache', 'runwright', `temporal-${TEMPORAL_CLI_VERSION}`);
  const find = (report: (line: string) => void = () => {}, settings: Record<string, string> = {}) =>
    findTemporal({ PATH: `${path('bin')}:/bin`, XDG_CACHE_HOME: path('cache'), ...settings }, report, origin);

  it('takes the one on the PATH', async () => {
    install(path('bin/temporal'), '1.30.0');

    expect(await find()).toEqual({ path: path('bin/temporal'), serverVersion: '1.30.0', origin: 'path' });
  });

  it('passes over one on the PATH that is too old, says so, and takes the cached one', async () => {
    install(path('bin/temporal'), '1.9.0');
    install(cached(), '1.29.1');
    const reported: string[] = [];

    expect(await find((line) => reported.push(line))).toMatchObject({ path: cached(), origin: 'cache' });
    expect(reported.join()).toContain('its server is 1.9.0');
  });

  it('downloads it once where there is none, and caches it', async () => {
    let downloads = 0;
    answer = (request, response) => {
      if (request.url === '/archive') downloads += 1;
      serveArchive('temporal', program('1.29.1'), origin)(request, response);
    };

    const both = await Promise.all([find(), find()]);

    expect(both.map((found) => found.origin).toSorted()).toEqual(['cache', 'downloaded']);
    expect(downloads).toBe(1);
    expect(readFileSync(cached(), 'utf8')).toBe(program('1.29.1'));
  });

  it.each([
    [
      'nothing can be downloaded',
      () => (_request: unknown, response: ServerAnswer) => response.writeHead(404).end(),
      'HTTP 404',
    ],
    ['the archive lacks the program', () => serveArchive('README', 'hello', origin), 'holds no temporal'],
    ['the archive breaks off', () => serveArchive('temporal', 'x'.repeat(5000), origin, 600), 'unexpected end of file'],
    [
      'the program cannot run here',
      () => serveArchive('temporal', 'not a program', origin),
      'does not run on this machine',
    ],
    [
      'the archive is on another server',
      () => serveArchive('temporal', program('1.29.1'), 'http://127.0.0.2:1'),
      'not secure',
    ],
  ])('says what to do when %s and there is no Go', async (_why, respond, reason) => {
    answer = respond() as RequestListener;

    const finding = find();

    await expect(finding).rejects.toThrow(NoTemporal);
    await expect(finding).rejects.toThrow(new RegExp(`${reason}.*Go is not installed.*Install the Temporal CLI`));
  });

  it('takes a download whose sum is the wanted one, and no other', async () => {
    const [good, other] = [
      await archiveOf('temporal', program('1.29.1')),
      await archiveOf('temporal', program('9.9.9')),
    ];
    const RUNWRIGHT_TEMPORAL_SHA256 = createHash('sha256').update(good).digest('hex').toUpperCase();

    answer = serveBytes(other, origin);
    await expect(find(() => {}, { RUNWRIGHT_TEMPORAL_SHA256 })).rejects.toThrow(
      /the download is refused: its sha256 is/,
    );
    expect(existsSync(cached())).toBe(false);

    answer = serveBytes(good, origin);
    expect(await find(() => {}, { RUNWRIGHT_TEMPORAL_SHA256 })).toMatchObject({ origin: 'downloaded' });
  });

  it('does not take a mistyped sum for none', async () => {
    answer = serveArchive('temporal', program('1.29.1'), origin);

    await expect(find(() => {}, { RUNWRIGHT_TEMPORAL_SHA256: 'abc' })).rejects.toThrow(/64 hexadecimal digits/);
  });

  it('says where it would be put, and what to set, where nothing can be written there', async () => {
    writeFileSync(path('cache'), 'a file');

    const finding = find();

    await expect(finding).rejects.toThrow(NoTemporal);
    await expect(finding).rejects.toThrow(/cache\/runwright, where one would be put, .*ENOTDIR.*set XDG_CACHE_HOME/);
  });

  it('leaves no half a program behind', async () => {
    answer = serveArchive('temporal', 'x'.repeat(5000), origin, 600);
    await expect(find()).rejects.toThrow(NoTemporal);

    expect(existsSync(cached())).toBe(false);
    await waitUntil(
      'unfinished files to be removed',
      () => readdirSync(join(directory, 'cache/runwright')).length === 0,
    );
  });
});

type ServerAnswer = Parameters<RequestListener>[1];

const program = (serverVersion: string): string =>
  `#!/bin/sh\necho "temporal version 1.5.1 (Server ${serverVersion}, UI 2.42.1)"\n`;

function install(file: string, serverVersion: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, program(serverVersion));
  chmodSync(file, 0o755);
}

/** Answers like temporal.download: first where the archive is, then the archive, `bytes` of it. */
function serveArchive(name: string, content: string, origin: string, bytes?: number): RequestListener {
  return (request, response) => {
    void archiveOf(name, content).then((archive) => serveBytes(archive.subarray(0, bytes), origin)(request, response));
  };
}

const serveBytes =
  (archive: Buffer, origin: string): RequestListener =>
  (request, response) => {
    const where = { archiveUrl: `${origin}/archive`, fileToExtract: 'temporal' };
    response.end(request.url === '/archive' ? archive : JSON.stringify(where));
  };

async function archiveOf(name: string, content: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  // Stored, so that any part of it is a part of the content.
  return gzipSync(Buffer.concat(chunks), { level: 0 });
}
