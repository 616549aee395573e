import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { inspectArchive } from './inspect-archive.ts';

const run = promisify(execFile);

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'runwright-inspected-'));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

async function inspect(tar: Uint8Array | readonly Uint8Array[]) {
  const packed = gzipSync(Array.isArray(tar) ? Buffer.concat(tar) : (tar as Uint8Array), { level: 9 });
  await writeFile(join(scratch, 'archive.tar.gz'), packed);
  return await inspectArchive(join(scratch, 'archive.tar.gz'), packed.byteLength);
}

/** A header as a tar holds it, with a body. */
function member(flag: string, name: string, body: Uint8Array | string = '', more: { size?: number } = {}): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write((more.size ?? content.byteLength).toString(8).padStart(11, '0'), 124);
  header.write(flag, 156);
  header.write('ustar\u000000', 257);
  header.fill(' ', 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.byteLength % 512)) % 512)]);
}

function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length;
  return `${length}${rest}`;
}

const END = Buffer.alloc(1024);
const HUGE = 'n'.repeat(3_000_000);

describe('an archive of another tool', () => {
  it.each(['gnu', 'pax', 'ustar', 'v7', 'oldgnu'])('is listed whole: tar --format=%s', async (format) => {
    const long = format === 'v7' ? 'short.tf' : `${'d'.repeat(90)}/${'f'.repeat(90)}.tf`;
    const directory = join(scratch, 'files');
    for (const path of ['main.tf', long, 'sub/x.tf']) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), 'x'.repeat(1_000));
    }
    if (format === 'gnu' || format === 'pax') await writeFile(join(directory, `grüße-${'ü'.repeat(60)}.tf`), '');
    await symlink(format === 'gnu' || format === 'pax' ? `${'t'.repeat(150)}` : 't', join(directory, 'link'));
    await run('tar', [`--format=${format}`, '-cf', join(scratch, 'made.tar'), '-C', directory, '.']);

    const { filePaths } = await inspect(await readFile(join(scratch, 'made.tar')));

    const { stdout } = await run('tar', ['--quoting-style=literal', '-tf', join(scratch, 'made.tar')]);
    const listed = stdout
      .trim()
      .split('\n')
      .filter((name) => !name.endsWith('/') && name !== './link');
    expect(filePaths.toSorted()).toEqual(listed.map((name) => name.replace('./', '')).toSorted());
  });

  it('is listed whole when a library wrote it, with global attributes as git does', async () => {
    const library = pack();
    library.entry({ name: `${'a'.repeat(120)}/ö.tf` }, 'x');
    library.entry({ name: 'dir/', type: 'directory' });
    library.finalize();
    const rest: Buffer[] = [];
    for await (const piece of library as AsyncIterable<Buffer>) rest.push(piece);

    const { filePaths } = await inspect([member('g', 'pax_global_header', pax('comment', 'abc')), ...rest]);

    expect(filePaths).toEqual([`${'a'.repeat(120)}/ö.tf`]);
  });

  it('takes name and size of a file from its own attributes', async () => {
    const body = member('0', 'hidden.tf', 'x'); // lies within the file, and is none
    const { filePaths } = await inspect([
      member('x', 'x', pax('path', 'named.tf') + pax('size', String(body.byteLength))),
      member('0', 'other', '', {}),
      body,
      member('2', 'link', '', { size: 4096 }),
      member('0', 'last.tf'),
      END,
    ]);

    expect(filePaths).toEqual(['named.tf', 'last.tf']);
  });
});

describe('an archive made to be costly', () => {
  it.each<[string, () => Uint8Array[], RegExp]>([
    [
      'unpacks to a thousand times its size',
      () => [member('0', 'a.tf', Buffer.alloc(64 * 1024 * 1024)), END],
      /unpacks/,
    ],
    ['claims more than it holds', () => [member('0', 'a.tf', '', { size: 0o77777777777 })], /not a whole/],
    ['gives a pax name of megabytes', () => [member('x', 'x', pax('path', HUGE)), member('0', 'a.tf'), END], /name/],
    ['gives a GNU name of megabytes', () => [member('L', 'x', HUGE), member('0', 'a.tf'), END], /name/],
    ['gives a name no system takes', () => [member('L', 'x', 'n'.repeat(5_000)), member('0', 'a.tf'), END], /name/],
    ['has headers for nothing', () => repeated(member('x', 'x', pax('a', 'b')), 10_000), /entries/],
    ['has directories only', () => repeated(member('5', 'd/'), 30_000), /entries/],
    ['has attributes that are cut', () => [member('x', 'x', '999 path=a\n'), member('0', 'a.tf'), END], /not a whole/],
    ['has attributes without a length', () => [member('x', 'x', 'x'.repeat(60_000)), END], /not a whole/],
    ['has no checksum', () => [Buffer.from('x'.repeat(1024)), END], /not a whole/],
  ])('is refused: it %s', async (_what, tar, message) => {
    await expect(inspect(tar())).rejects.toMatchObject({
      name: 'ArchiveError',
      message: expect.stringMatching(message),
    });
  });

  // Control: the same shapes, in a measure that is met.
  it('is taken while it is small: a megabyte of zeros, a thousand empty files, a long name', async () => {
    const files = Array.from({ length: 1_000 }, (_, index) => member('0', `modules/m${index}/main.tf`));

    const { filePaths } = await inspect([
      member('0', 'zeros', Buffer.alloc(1024 * 1024)),
      member('L', 'x', 'n'.repeat(4_000)),
      ...files,
      END,
    ]);

    expect(filePaths).toHaveLength(1_001);
  });
});

const repeated = (part: Buffer, times: number): Buffer[] => Array.from({ length: times }, () => part);
