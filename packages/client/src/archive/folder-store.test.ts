import { createHash, randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createFolderStore } from './folder-store.ts';
import { listDirectory } from './directory-listing.ts';
import { packInto } from './pack.ts';
import type { ArchiveStore, PackedSoFar } from './archive-store.ts';

const run = promisify(execFile);

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let scratch: string;
let directory: string;
let folder: string;
let store: ArchiveStore;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'runwright-archive-'));
  directory = join(scratch, 'configuration');
  folder = join(scratch, 'archives');
  await mkdir(directory);
  store = createFolderStore(folder);
});

afterEach(async () => {
  await chmod(folder, 0o700).catch(() => undefined);
  await rm(scratch, { recursive: true, force: true });
});

async function write(files: Record<string, string>, root = directory): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Unpacks with the machine's own tar, which knows nothing of ours. */
async function unpack(sha256: string): Promise<string> {
  const target = await mkdtemp(join(scratch, 'unpacked-'));
  await run('tar', ['-xzpf', join(folder, `${sha256}.tar.gz`), '-C', target]);
  return target;
}

async function members(sha256: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', join(folder, `${sha256}.tar.gz`)]);
  return stdout.trim().split('\n');
}

describe('putting a directory', () => {
  it('tells how far it is: all files at the beginning, every byte at the end', async () => {
    await write({ 'main.tf': '# root', 'large.bin': 'x'.repeat(300_000) });
    const told: PackedSoFar[] = [];

    await store.put(directory, { onPacked: (sofar) => told.push(sofar) });

    const all = { ofFiles: 2, ofBytes: 300_006 };
    expect(told[0]).toEqual({ files: 0, bytes: 0, ...all });
    expect(told.at(-1)).toEqual({ files: 2, bytes: 300_006, ...all });
    const bytes = told.map((sofar) => sofar.bytes);
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other));
    expect(new Set(bytes).size).toBeGreaterThan(3);
  });

  it('gives back the hash, size and contents of what other tools unpack', async () => {
    await write({ 'main.tf': '# root', 'modules/net/net.tf.json': '{}', 'modules/net/notes.md': 'n' });

    const ref = await store.put(directory);

    const bytes = await readFile(join(folder, `${ref.sha256}.tar.gz`));
    expect(ref).toEqual({
      sha256: sha256Of(bytes),
      contentsSha256: sha256Of(gunzipSync(bytes)),
      bytes: bytes.byteLength,
      files: 3,
      terraformFiles: ['', 'modules/net'],
    });
    expect(await members(ref.sha256)).toEqual([
      'main.tf',
      'modules/',
      'modules/net/',
      'modules/net/net.tf.json',
      'modules/net/notes.md',
    ]);
    expect(await readFile(join(await unpack(ref.sha256), 'modules/net/notes.md'), 'utf8')).toBe('n');
  });

  it('gives the same bytes for the same files, whenever and wherever they were written', async () => {
    const other = join(scratch, 'elsewhere');
    await write({ 'b.tf': 'b', 'a/a.tf': 'a', 'empty.tf': '' });
    await write({ 'empty.tf': '', 'a/a.tf': 'a', 'b.tf': 'b' }, other);
    await utimes(join(other, 'b.tf'), 1, 1);

    expect(await store.put(other)).toEqual(await store.put(directory));
    expect((await readdir(folder)).length).toBe(1);
  });

  it('gives the same bytes whatever the umask was', async () => {
    await write({ 'main.tf': 'a', 'sub/run.sh': '#!/bin/sh' });
    const modes = async (file: number, script: number, folderMode: number) => {
      await chmod(join(directory, 'main.tf'), file);
      await chmod(join(directory, 'sub/run.sh'), script);
      await chmod(join(directory, 'sub'), folderMode);
    };
    await modes(0o644, 0o755, 0o755);
    const open = await store.put(directory);
    await modes(0o660, 0o770, 0o2770);
    const shared = await store.put(directory);
    await modes(0o600, 0o700, 0o700);

    expect([shared, await store.put(directory)]).toEqual([open, open]);
  });

  it('gives other bytes when a file becomes executable or a byte differs', async () => {
    await write({ 'main.tf': 'a', 'run.sh': '#!/bin/sh' });
    const before = await store.put(directory);
    await chmod(join(directory, 'run.sh'), 0o755);
    const executable = await store.put(directory);
    await write({ 'main.tf': 'b' });
    const changed = await store.put(directory);

    expect(new Set([before.sha256, executable.sha256, changed.sha256]).size).toBe(3);
    expect((await stat(join(await unpack(executable.sha256), 'run.sh'))).mode & 0o777).toBe(0o755);
  });

  it('leaves out what .terraformignore and the default rules say, and keeps what a later rule brings back', async () => {
    await write({
      '.terraformignore': 'out/\n!out/keep.txt\n*.log\n',
      'main.tf': '',
      'a.log': '',
      'out/keep.txt': '',
      'out/lost.txt': '',
      'sub/.terraformignore': 'sub.tf',
      'sub/sub.tf': '',
      '.git/HEAD': '',
      '.terraform/providers/p': '',
      '.terraform/modules/m/m.tf': '',
    });

    const { sha256 } = await store.put(directory);

    expect(await members(sha256)).toEqual([
      '.terraform/modules/m/',
      '.terraform/modules/m/m.tf',
      '.terraformignore',
      'main.tf',
      'out/keep.txt',
      'sub/',
      'sub/.terraformignore',
      'sub/sub.tf',
    ]);
  });

  it('packs names that are long or not ASCII', async () => {
    const long = `${'d'.repeat(120)}/${'f'.repeat(120)}.tf`;
    await write({ [long]: 'x', 'grüße.tf': 'y' });

    const { sha256 } = await store.put(directory);

    const unpacked = await unpack(sha256);
    expect(await readFile(join(unpacked, long), 'utf8')).toBe('x');
    expect(await readFile(join(unpacked, 'grüße.tf'), 'utf8')).toBe('y');
  });

  it('skips sockets', async () => {
    await write({ 'main.tf': '' });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(directory, 'socket'), resolve));

    const { sha256 } = await store.put(directory);
    await new Promise((resolve) => server.close(resolve));

    expect(await members(sha256)).toEqual(['main.tf']);
  });

  it('never packs a .runwright, however deep it lies and whatever .terraformignore brings back', async () => {
    await write({
      '.terraformignore': '!.runwright/\n!.runwright/**\n',
      'main.tf': '',
      '.runwright/archives/a.tar.gz': 'planted',
      'sub/.runwright/env': 'planted',
      'sub/deep/.Runwright/env': 'planted',
      'sub/x.runwright/kept': '',
    });
    await write({ '.runwright/env': 'planted', 'm/m.tf': '' }, join(scratch, 'outside'));
    await symlink('../../outside/.runwright', join(directory, 'sub/link'));
    await symlink('../outside', join(directory, 'inlined'));

    const { sha256 } = await store.put({ directory, leavingLinks: 'inline' });

    const packed = (await members(sha256)).filter((path) => !path.endsWith('/'));
    expect(packed).toEqual(['.terraformignore', 'inlined/m/m.tf', 'main.tf', 'sub/x.runwright/kept']);
  });

  it('never packs the store into itself', async () => {
    await write({ 'main.tf': '' });
    const inside = createFolderStore(join(directory, 'archives'));

    const first = await inside.put(directory);

    expect(await inside.put(directory)).toEqual(first);
  });
});

describe('symbolic links', () => {
  it('stay links inside of the directory, absolute ones made relative', async () => {
    await write({ 'main.tf': '', 'shared/s.tf': 's' });
    await symlink('../main.tf', join(directory, 'shared/up.tf'));
    await symlink(join(directory, 'shared'), join(directory, 'absolute'));
    await symlink('nowhere', join(directory, 'dangling'));

    const { sha256, files } = await store.put(directory);

    const { stdout } = await run('tar', ['-tvzf', join(folder, `${sha256}.tar.gz`)]);
    expect(stdout).toMatch(/absolute -> shared\n/);
    expect(stdout).toMatch(/dangling -> nowhere\n/);
    expect(stdout).toMatch(/up\.tf -> \.\.\/main\.tf\n/);
    expect(files).toBe(2);
  });

  it.each([
    ['relative', '../secret.txt'],
    ['absolute', '/etc/hostname'],
  ])('are refused by name when %s and out of the directory', async (_how, target) => {
    await write({ 'main.tf': '', 'sub/x': '' });
    await writeFile(join(scratch, 'secret.txt'), 'planted');
    await symlink(target === '../secret.txt' ? '../../secret.txt' : target, join(directory, 'sub/leak'));

    await expect(store.put(directory)).rejects.toMatchObject({
      name: 'ArchiveError',
      kind: 'link-leaves-root',
      message: expect.stringContaining('sub/leak'),
    });
    await expect(readdir(folder).catch(() => [])).resolves.toEqual([]);
  });

  it('are refused when another link on their way leads out', async () => {
    await write({ 'main.tf': '', '.terraformignore': 'way\n' });
    await mkdir(join(scratch, 'outside/deep'), { recursive: true });
    await writeFile(join(scratch, 'outside/deep/x'), '');
    await symlink('../outside/deep', join(directory, 'way'));
    await symlink('way/x', join(directory, 'through'));

    await expect(store.put(directory)).rejects.toMatchObject({ kind: 'link-leaves-root' });
  });

  it('that leave the directory are packed as what they point at when asked for', async () => {
    await write({ 'main.tf': '' });
    await write({ 'm/m.tf': 'm', 'one.tf': 'o' }, join(scratch, 'shared'));
    await symlink('../shared/m', join(directory, 'm'));
    await symlink('../shared/one.tf', join(directory, 'one.tf'));

    const ref = await store.put({ directory, leavingLinks: 'inline' });

    const unpacked = await unpack(ref.sha256);
    expect(await readFile(join(unpacked, 'm/m.tf'), 'utf8')).toBe('m');
    expect(await readFile(join(unpacked, 'one.tf'), 'utf8')).toBe('o');
    expect(ref).toMatchObject({ files: 3, terraformFiles: ['', 'm'] });
  });

  it('in a circle are refused', async () => {
    await write({ 'main.tf': '' });
    await mkdir(join(scratch, 'shared'));
    await symlink('.', join(scratch, 'shared/again'));
    await symlink('../shared', join(directory, 's'));

    await expect(store.put({ directory, leavingLinks: 'inline' })).rejects.toMatchObject({
      kind: 'link-leaves-root',
      message: expect.stringContaining('s/again'),
    });
  });
});

describe('what cannot be packed', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a missing directory', () => store.put(join(scratch, 'nothing')), 'missing-directory'],
    ['an empty directory', () => store.put(directory), 'empty-directory'],
    [
      'a directory without Terraform files',
      async () => {
        await write({ 'README.md': '' });
        return store.put(directory);
      },
      'no-terraform-files',
    ],
    [
      'a file',
      async () => {
        await write({ 'main.tf': '' });
        return store.put(join(directory, 'main.tf'));
      },
      'not-a-directory',
    ],
    [
      'a working directory without Terraform files',
      async () => {
        await write({ 'main.tf': '', 'a/x': '' });
        return store.put({ directory, workingDirectory: '/a/' });
      },
      'no-terraform-files',
    ],
    ['a stream that is no archive', () => store.put({ stream: Readable.from([Buffer.from('planted')]) }), 'unreadable'],
  ])('%s is refused and leaves nothing behind', async (_what, put, kind) => {
    await expect(put()).rejects.toMatchObject({ name: 'ArchiveError', kind });
    await expect(readdir(folder).catch(() => [])).resolves.toEqual([]);
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a pipe', (path) => run('mkfifo', [path]), 'unreadable'],
    ['a directory', (path) => mkdir(path), 'unreadable'],
    ['without end', (path) => writeFile(path, '**/a\n'.repeat(100_000)), 'too-large'],
  ])('refuses a .terraformignore that is %s', async (_what, make, kind) => {
    await write({ 'main.tf': '' });
    await make(join(directory, '.terraformignore'));

    await expect(store.put(directory)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(/^\.terraformignore /),
    });
  });

  it('takes a working directory that has Terraform files', async () => {
    await write({ 'deep/er/main.tf': '' });

    await expect(store.put({ directory, workingDirectory: './deep/er/' })).resolves.toMatchObject({
      terraformFiles: ['deep/er'],
    });
  });

  it('refuses more bytes than the limit and leaves nothing behind', async () => {
    await write({ 'main.tf': 'x', 'big.bin': createHash('sha256').update('seed').digest('hex').repeat(10) });

    await expect(store.put(directory, { maxBytes: 100 })).rejects.toMatchObject({
      kind: 'too-large',
      message: expect.stringContaining('100 bytes'),
    });
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('says that a name is not UTF-8, and takes the directory once the name is excluded', async () => {
    await write({ 'main.tf': '' });
    await writeFile(Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff]), Buffer.from('.bin')]), '');

    await expect(store.put(directory)).rejects.toMatchObject({
      kind: 'unreadable',
      message: expect.stringContaining('not UTF-8'),
    });
    await write({ '.terraformignore': '*.bin' });
    await expect(store.put(directory)).resolves.toMatchObject({ files: 2 });
  });

  it('says that a file changed while it was packed, on one line whatever its name is', async () => {
    await write({ 'a\nb.tf': 'longer than it was' });
    const [entry] = await listDirectory(directory);
    await writeFile(join(directory, 'a\nb.tf'), 'shorter');

    await expect(packInto(new PassThrough().resume(), [entry!])).rejects.toMatchObject({
      kind: 'unreadable',
      message: 'a b.tf changed while it was packed: try again',
    });
  });

  it('says that the store is in the way when it is a file', async () => {
    await write({ 'main.tf': '' });
    await writeFile(folder, '');

    await expect(store.put(directory)).rejects.toMatchObject({
      kind: 'unwritable',
      message: expect.stringContaining(folder),
    });
  });

  it('says that the store cannot be where no folders are made', async () => {
    await write({ 'main.tf': '' });

    await expect(createFolderStore('/proc/runwright/archives').put(directory)).rejects.toMatchObject({
      kind: 'unwritable',
    });
  });

  it('says that there is no room left, and leaves nothing behind', async () => {
    await write({ 'main.tf': '' });
    await writeFile(join(directory, 'big.bin'), randomBytes(2_000_000));
    const put = `
      import { createFolderStore } from ${JSON.stringify(new URL('./folder-store.ts', import.meta.url).href)};
      await createFolderStore(process.argv[1]).put(process.argv[2]).catch((error) => console.log(error.kind));`;

    // A limit on the size of files stands for a full disk: writing fails half way all the same.
    const command = 'ulimit -f 500 && exec "$0" --input-type=module --eval "$1" "$2" "$3"';
    const { stdout } = await run('sh', ['-c', command, process.execPath, put, folder, directory]);

    expect(stdout).toBe('disk-full\n');
    await expect(readdir(folder)).resolves.toEqual([]);
  });
});

describe('opening an archive', () => {
  it('gives exactly the stored bytes', async () => {
    await write({ 'main.tf': 'x'.repeat(200_000) });
    const ref = await store.put(directory);

    const { body, bytes } = await store.open(ref);

    expect(bytes).toBe(ref.bytes);
    expect(
      createHash('sha256')
        .update(await buffer(body))
        .digest('hex'),
    ).toBe(ref.sha256);
  });

  it('gives nothing of a damaged one', async () => {
    await write({ 'main.tf': 'x' });
    const ref = await store.put(directory);
    const path = join(folder, `${ref.sha256}.tar.gz`);
    const bytes = await readFile(path);
    bytes[bytes.byteLength - 1]! ^= 1;
    await writeFile(path, bytes);

    await expect(store.open(ref)).rejects.toMatchObject({ kind: 'damaged' });
    await store.put(directory);
    const { body } = await store.open(ref);
    expect((await buffer(body)).byteLength).toBe(ref.bytes);
  });

  it.each(['0'.repeat(64), '../../etc/passwd', ''])('knows no archive %j', async (sha256) => {
    await expect(store.open({ sha256, bytes: 1 })).rejects.toMatchObject({ kind: 'not-stored' });
  });
});

describe('putting a stream', () => {
  it('knows the same files again when another zlib compressed them', async () => {
    await write({ 'main.tf': 'a'.repeat(10_000) });
    const ours = await store.put(directory);
    const packed = await readFile(join(folder, `${ours.sha256}.tar.gz`));

    const theirs = await store.put({ stream: Readable.from([gzipSync(gunzipSync(packed), { level: 9 })]) });

    expect(theirs.sha256).not.toBe(ours.sha256);
    expect(theirs.contentsSha256).toBe(ours.contentsSha256);
  });

  it('tells of what looks like a secret, also of a .runwright that somebody else packed', async () => {
    await write({ 'main.tf': '', '.runwright/env': 'x', 'a/.env': 'x' });
    await run('tar', ['-czf', join(scratch, 'made.tar.gz'), '-C', directory, '.']);
    const bytes = await readFile(join(scratch, 'made.tar.gz'));

    const { looksSecret } = await store.put({ stream: Readable.from([bytes]) });

    expect(looksSecret?.toSorted()).toEqual(['.runwright/env', 'a/.env']);
  });

  it('keeps the bytes as they came and tells what is in them', async () => {
    await write({ 'main.tf': '', 'a/a.tf': '' });
    await run('tar', ['-czf', join(scratch, 'made.tar.gz'), '-C', directory, '.']);
    const bytes = await readFile(join(scratch, 'made.tar.gz'));

    const ref = await store.put({ stream: Readable.from([bytes]) });

    expect(ref).toEqual({
      sha256: sha256Of(bytes),
      contentsSha256: sha256Of(gunzipSync(bytes)),
      bytes: bytes.byteLength,
      files: 2,
      terraformFiles: ['', 'a'],
    });
  });
});
