import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withFileLock } from './file-lock.js';

describe('withFileLock', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-lock-'));
    file = join(directory, 'folder', 'lock');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('lets one after the other work, and says whom it waits for', async () => {
    const events: string[] = [];
    const first = Promise.withResolvers<void>();
    const firstWork = withFileLock(
      file,
      () => first.promise.then(() => void events.push('first')),
      () => {},
    );
    const secondWork = withFileLock(
      file,
      async () => void events.push('second'),
      (holder) => {
        events.push(`waits for ${holder}`);
        first.resolve();
      },
    );

    await Promise.all([firstWork, secondWork]);

    expect(events).toEqual([`waits for ${process.pid}`, 'first', 'second']);
    expect(existsSync(file)).toBe(false);
  });

  it('gives the lock back when the work fails', async () => {
    await expect(
      withFileLock(
        file,
        () => Promise.reject(new Error('no')),
        () => {},
      ),
    ).rejects.toThrow('no');

    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['of a process that was killed', () => ({ pid: deadProcess(), host: hostname() }), 0],
    ['that nobody has touched for minutes', () => ({ pid: process.pid, host: hostname() }), 120],
  ])('takes over a lock %s', async (_whose, holder, ageSeconds) => {
    await withFileLock(
      file,
      async () => {},
      () => {},
    );
    writeFileSync(file, JSON.stringify(holder()));
    const touchedAt = Date.now() / 1000 - ageSeconds;
    utimesSync(file, touchedAt, touchedAt);

    expect(
      await withFileLock(
        file,
        async () => 'done',
        () => {},
      ),
    ).toBe('done');
  });
});

function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
