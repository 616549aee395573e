import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveRef } from '../contract/run-request.ts';
import { ArchiveError, codeOf } from './archive-error.ts';
import { DEFAULT_MAX_BYTES } from './archive-store.ts';
import type { ArchiveInput, ArchiveStore, OpenArchive, PutOptions } from './archive-store.ts';
import { listDirectory, type Entry } from './directory-listing.ts';
import { inspectArchive } from './inspect-archive.ts';
import { makeFolder } from './make-folder.ts';
import { packInto } from './pack.ts';
import { secretLooking } from './secret-files.ts';
import { readablePaths, refuseWithoutTerraform, terraformDirectories } from './terraform-files.ts';

type DirectoryInput = Extract<ArchiveInput, { directory: string }>;
type StreamInput = Exclude<ArchiveInput, DirectoryInput>;

/**
 * Archives as files `<sha256>.tar.gz` in one folder, readable by the owner only: configurations often hold secrets. A
 * file is written under another name, synced and renamed, so a reader never sees a part of it.
 */
export function createFolderStore(folder: string): ArchiveStore {
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/u.test(sha256))
      throw new ArchiveError('not-stored', 'an archive is named by 64 lower-case hex digits');
    return join(folder, `${sha256}.tar.gz`);
  };
  return {
    put: async (given, options = {}) => {
      const input = typeof given === 'string' ? { directory: given } : given;
      const temporary = join(folder, `.${randomUUID()}.part`);
      try {
        const { paths, ...written } =
          'stream' in input
            ? await writeStream(temporary, input, options)
            : await writeDirectory(temporary, await listFor(input, folder), options);
        options.signal?.throwIfAborted();
        await rename(temporary, pathOf(written.sha256));
        await syncFolder(folder);
        const looksSecret = secretLooking(paths);
        return {
          ...written,
          terraformFiles: terraformDirectories(paths),
          ...(looksSecret.length > 0 && { looksSecret }),
        };
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw asArchiveError(error, folder);
      }
    },
    open: async (ref) => openChecked(pathOf(ref.sha256), ref),
  };
}

interface Written extends Required<Omit<ArchiveRef, 'terraformFiles' | 'looksSecret'>> {
  paths: string[];
}

async function listFor(input: DirectoryInput, folder: string): Promise<Entry[]> {
  // The store lies in the directory itself by default: archives never go into archives.
  const entries = await listDirectory(input.directory, { ...input, leftOut: [folder] });
  refuseWithoutTerraform(readablePaths(entries), input);
  return entries;
}

async function writeDirectory(path: string, entries: Entry[], options: PutOptions): Promise<Written> {
  const { told, ...written } = await writeSynced(path, options, (sink) => packInto(sink, entries, options));
  const files = entries.filter(({ type }) => type === 'file').length;
  return { ...written, contentsSha256: told, files, paths: readablePaths(entries) };
}

async function writeStream(path: string, input: StreamInput, options: PutOptions): Promise<Written> {
  const { signal } = options;
  const { sha256, bytes } = await writeSynced(path, options, (sink) =>
    pipeline(input.stream, sink, ...(signal ? [{ signal }] : [])),
  );
  const { filePaths, contentsSha256 } = await inspectArchive(path, bytes);
  refuseWithoutTerraform(filePaths, { directory: 'the archive', workingDirectory: input.workingDirectory });
  return { sha256, contentsSha256, bytes, files: filePaths.length, paths: filePaths };
}

/** Lets `write` fill a new file and syncs it; hashes, counts and limits the bytes. `told` is the result of `write`. */
async function writeSynced<Told>(
  path: string,
  { maxBytes = DEFAULT_MAX_BYTES }: PutOptions,
  write: (sink: Writable) => Promise<Told>,
): Promise<Pick<ArchiveRef, 'sha256' | 'bytes'> & { told: Told }> {
  await makeFolder(dirname(path));
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) {
          done(
            new ArchiveError(
              'too-large',
              `the packed configuration is larger than ${maxBytes} bytes: exclude what Terraform does not need in .terraformignore`,
            ),
          );
          return;
        }
        hash.update(chunk);
        writeWhole(file, chunk).then(() => done(), done);
      },
    });
    const told = await write(sink);
    await file.sync();
    return { sha256: hash.digest('hex'), bytes, told };
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

/** Without this, a crash can lose the name of a file whose bytes are safe. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openChecked(path: string, ref: Pick<ArchiveRef, 'sha256' | 'bytes'>): Promise<OpenArchive> {
  const short = `${ref.sha256.slice(0, 12)}…`;
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') throw new ArchiveError('not-stored', `there is no archive ${short} in this store`);
    throw new ArchiveError('unreadable', `the archive ${short} cannot be read (${codeOf(error) ?? 'unknown error'})`);
  });
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
    if (bytes !== ref.bytes || hash.digest('hex') !== ref.sha256) {
      throw new ArchiveError('damaged', `the archive ${short} is damaged in this store: pack the configuration again`);
    }
    return { body: file.createReadStream({ start: 0 }), bytes };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function asArchiveError(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof ArchiveError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new ArchiveError(
      'disk-full',
      `there is no room left in the archive store ${folder} (${code}): nothing was kept`,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EIO', 'ENOENT'].includes(code)) {
    return new ArchiveError('unwritable', `the archive store ${folder} cannot be written (${code})`);
  }
  return error;
}
