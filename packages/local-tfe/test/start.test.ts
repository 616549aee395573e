import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { explainStart } from '../src/explain-start.ts';
import { startLocalTfe } from '../src/server.ts';
import type { LocalTfeOptions } from '../src/server.ts';

describe('a server that does not start', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'local-tfe-start-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function refused(options: LocalTfeOptions): Promise<string> {
    const { host = '127.0.0.1', port = 0, dataDir = directory } = options;
    return startLocalTfe({ engine: 'simulated', ...options }).then(
      async (tfe) => {
        await tfe.close();
        return 'it started';
      },
      (error: unknown) => explainStart(error, { host, port, dataDir }),
    );
  }

  it('says that the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    expect(await refused({ port })).toBe(
      `127.0.0.1:${port} is in use by another process: choose another one with --port`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('says that the host is none of this machine', async () => {
    // TEST-NET-1 of RFC 5737: no machine has it.
    expect(await refused({ host: '192.0.2.1' })).toContain('192.0.2.1:0 is no address of this machine');
  });

  it('says that the data directory is a file, or below one', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');

    expect(await refused({ dataDir: file })).toBe(
      `the data directory ${file} cannot be used: there is a file of that name`,
    );
    expect(await refused({ dataDir: join(file, 'below') })).toContain('a part of its path is a file');
  });

  it('says that the store is of something else', async () => {
    writeFileSync(join(directory, 'local-tfe.sqlite'), 'x'.repeat(5_000));

    expect(await refused({ dataDir: directory })).toBe(
      `the data directory ${directory} cannot be used: its local-tfe.sqlite is not that of a local TFE`,
    );
  });

  it('says that another server has the data directory', async () => {
    const first = await startLocalTfe({ engine: 'simulated', dataDir: directory });

    expect(await refused({ dataDir: directory })).toContain('is in use by another local TFE');
    await first.close();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['permission', { code: 'EACCES', syscall: 'mkdir' }, 'the data directory /data cannot be used: this user may not'],
    [
      'a read-only disk',
      { code: 'EROFS', syscall: 'open' },
      'the data directory /data cannot be used: it is read-only',
    ],
    ['a store that cannot be opened', { errcode: 14 }, 'the data directory /data cannot be used: this user may not'],
    ['a store that is read-only, in detail', { errcode: 8 + 256 }, 'cannot be used: this user may not write there'],
    ['a full disk', { code: 'ENOSPC', syscall: 'mkdir' }, 'the data directory /data cannot be used: its disk is full'],
    ['a port of the administrator', { code: 'EACCES', syscall: 'listen' }, '0.0.0.0:80 is one that only the administ'],
    ['what nobody foresaw', { message: 'out of order' }, 'out of order'],
  ])('says of %s what is wrong', (_what, error, sentence) => {
    expect(explainStart(error, { host: '0.0.0.0', port: 80, dataDir: '/data' })).toContain(sentence);
  });
});
