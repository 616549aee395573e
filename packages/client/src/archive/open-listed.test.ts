import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArchiveError } from './archive-error.ts';
import { listDirectory, type Entry } from './directory-listing.ts';
import { packInto } from './pack.ts';

const PLANTED = 'planted-outside-Hq4Zt9';

let scratch: string;
let directory: string;
let outside: string;

beforeEach(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'runwright-swapped-')));
  directory = join(scratch, 'configuration');
  outside = join(scratch, 'outside');
  for (const [where, content] of [
    [directory, 'inside'],
    [outside, PLANTED],
  ] as const) {
    await mkdir(join(where, 'sub'), { recursive: true });
    await writeFile(join(where, 'main.tf'), content.padEnd(PLANTED.length));
    await writeFile(join(where, 'sub/key'), content.padEnd(PLANTED.length));
  }
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** The text of the packed tar. */
async function packed(entries: readonly Entry[]): Promise<string> {
  const sink = new PassThrough();
  const [bytes] = await Promise.all([buffer(sink), packInto(sink, entries)]);
  return gunzipSync(bytes).toString('latin1');
}

const refusal = (path: string) => ({ kind: 'unreadable', message: `${path} changed while it was packed: try again` });

describe('what takes the place of a file after it was listed', () => {
  it.each([
    ['a link', 'main.tf', () => symlink(join(outside, 'main.tf'), join(directory, 'main.tf'))],
    ['another file', 'main.tf', () => writeFile(join(directory, 'main.tf'), PLANTED)],
    ['a pipe', 'main.tf', () => promisify(execFile)('mkfifo', [join(directory, 'main.tf')])],
    ['a directory', 'main.tf', () => mkdir(join(directory, 'main.tf'))],
    ['a link above it', 'sub/key', () => symlink(join(outside, 'sub'), join(directory, 'sub'))],
  ])('is not read: %s', async (_what, path, swap) => {
    const entries = await listDirectory(directory);
    await rename(join(directory, path.split('/')[0]!), join(scratch, 'aside'));
    await swap();

    await expect(packed(entries)).rejects.toMatchObject(refusal(path));
  });

  it('is not read either when it was there already while the directory was listed', async () => {
    await rename(join(directory, 'sub'), join(scratch, 'aside'));
    await symlink(outside, join(directory, 'sub'));
    const { dev, ino } = await stat(join(directory, 'sub/main.tf'), { bigint: true });
    const source = join(directory, 'sub/main.tf');
    const entry = { type: 'file', path: 'sub/main.tf', mode: 0o644, bytes: PLANTED.length, source } as const;

    await expect(packed([{ ...entry, identity: { dev, ino } }])).rejects.toMatchObject(refusal('sub/main.tf'));
  });
});

// Two names change places as fast as the machine can.
const ATTACK = `
  const { renameSync } = require('node:fs');
  const [inside, link, aside] = process.argv.slice(1);
  process.stdout.write('swapping');
  for (;;) {
    renameSync(inside, aside), renameSync(link, inside);
    renameSync(inside, link), renameSync(aside, inside);
  }`;

describe('an attacker who swaps while a directory is packed', () => {
  it.each([
    ['a file for a link', 'main.tf'],
    ['a directory for a link', 'sub'],
  ])(
    'gets nothing from outside into the archive: %s',
    async (_what, name) => {
      const link = join(scratch, 'link');
      await symlink(join(outside, name), link);
      const attack = spawn(process.execPath, ['-e', ATTACK, join(directory, name), link, join(scratch, 'aside')]);
      try {
        await once(attack.stdout, 'data');
        const seen = { packed: 0, refused: 0, leaked: 0, followed: 0 };
        for (let round = 0; round < 20_000 && (seen.packed < 50 || seen.refused < 50 || seen.followed < 1); round++) {
          const tar = await listDirectory(directory).then(packed).catch(expectRefusal);
          if (tar === undefined) seen.refused++;
          else if (tar.includes(PLANTED)) seen.leaked++;
          else seen.packed++;
          if (await followsInto(join(directory, name === 'sub' ? 'sub/key' : name))) seen.followed++;
        }

        expect(seen).toMatchObject({ leaked: 0 });
        // Control: whoever looks and then reads is deceived.
        expect(seen.followed).toBeGreaterThan(0);
        expect(seen.packed).toBeGreaterThan(0);
        expect(seen.refused).toBeGreaterThan(0);
      } finally {
        attack.kill('SIGKILL');
        await once(attack, 'close');
      }
    },
    120_000,
  );
});

function expectRefusal(error: unknown): undefined {
  if (error instanceof ArchiveError) return undefined;
  throw error;
}

/** As packing was done before: a look at the name, then a read by the name. */
async function followsInto(path: string): Promise<boolean> {
  return (await readFile(path, 'utf8').catch(() => '')) === PLANTED;
}
