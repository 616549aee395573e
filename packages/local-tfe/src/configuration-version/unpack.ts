import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { ArchiveError, parents, refuseEscapes, safePath } from './archive-entries.ts';
import type { ArchiveEntry } from './archive-entries.ts';

export interface ArchiveLimits {
  maxUnpackedBytes: number;
}

// A configuration has thousands of files, not hundreds of thousands; each costs an inode and a record here. The same goes for
// the directories that lie on the way to them.
const MAX_ENTRIES = 100_000;

// Read into memory; a script is a few hundred bytes.
const MAX_KEPT_BYTES = 1024 * 1024;

/**
 * Reads the whole archive without writing anything; `keep` puts the text of the small files of its name into its map, by their
 * paths. Throws an ArchiveError for a damaged, oversized or hostile one.
 */
export async function inspectArchive(
  path: string,
  limits: ArchiveLimits,
  keep?: { name: string; files: Map<string, string> },
): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const places = new Set<string>();
  await readArchive(path, limits, async (entry, content) => {
    entries.push(entry);
    for (const place of [...parents(entry.path), entry.path]) places.add(place);
    if (places.size > MAX_ENTRIES)
      throw new ArchiveError(`the archive makes more than ${MAX_ENTRIES} files and directories`);
    const isKept = entry.kind === 'file' && basename(entry.path) === keep?.name && entry.size <= MAX_KEPT_BYTES;
    if (isKept) keep.files.set(entry.path, await text(content));
    else content.resume();
  });
  if (!entries.some((entry) => entry.kind === 'file')) throw new ArchiveError('the archive holds no files');
  refuseEscapes(entries);
  return entries;
}

/** Unpacks an archive that was inspected into an empty directory. Links come last: nothing is written through one. */
export async function unpackArchive(path: string, directory: string, limits: ArchiveLimits): Promise<void> {
  const entries = await inspectArchive(path, limits);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = new Set<string>();
  const ensure = async (folder: string): Promise<void> => {
    if (made.has(folder)) return;
    await mkdir(folder, { recursive: true });
    made.add(folder);
  };
  await readArchive(path, limits, async (entry, content) => {
    const place = join(directory, entry.path);
    if (entry.kind === 'directory') await ensure(place);
    if (entry.kind === 'file') {
      await ensure(dirname(place));
      await pipeline(content, createWriteStream(place, { mode: entry.mode | 0o600 }));
    } else content.resume();
  });
  for (const entry of entries) {
    const place = join(directory, entry.path);
    if (entry.kind !== 'symlink' && entry.kind !== 'hardlink') continue;
    await ensure(dirname(place));
    if (entry.kind === 'symlink') await symlink(entry.target ?? '', place);
    else await copyFile(join(directory, safePath(entry.target ?? '') ?? ''), place);
  }
}

type OnEntry = (entry: ArchiveEntry, content: Readable) => Promise<void>;

async function readArchive(path: string, limits: ArchiveLimits, onEntry: OnEntry): Promise<void> {
  const tar = extract();
  let seen = 0;
  const working: Promise<void>[] = [];
  tar.on('entry', (header, source, next) => {
    // A streamx stream: near enough to Node's for pipeline and resume.
    const content = source as unknown as Readable;
    const handle = async (): Promise<void> => {
      seen += 1;
      if (seen > MAX_ENTRIES) throw new ArchiveError(`the archive has more than ${MAX_ENTRIES} entries`);
      const kind = KINDS[header.type ?? 'file'];
      if (kind === 'ignored') return void content.resume();
      if (kind === undefined)
        throw new ArchiveError(`the archive has an entry of the kind ${header.type ?? 'unknown'}`);
      const place = safePath(header.name);
      if (place === undefined) return void content.resume();
      const target = header.linkname ?? undefined;
      const mode = (header.mode ?? 0o644) & 0o777;
      const size = header.size ?? 0;
      await onEntry({ path: place, kind, mode, size, ...(target !== undefined && { target }) }, content);
    };
    const done = handle().then(
      () => next(),
      (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    working.push(done);
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), capBytes(limits.maxUnpackedBytes), tar);
    await Promise.all(working);
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('the archive is not a readable tar.gz');
  }
}

const KINDS: Partial<Record<string, ArchiveEntry['kind'] | 'ignored'>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
  'pax-header': 'ignored',
  'pax-global-header': 'ignored',
};

// A few kilobytes of gzip can hold gigabytes.
function capBytes(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(new ArchiveError(`the archive unpacks to more than ${limit} bytes`));
      else done(null, chunk);
    },
  });
}
