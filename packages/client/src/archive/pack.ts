import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { pack as createPack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { ArchiveError } from './archive-error.ts';
import type { PutOptions } from './archive-store.ts';
import type { Entry } from './directory-listing.ts';
import { hashedBy } from './hashed-by.ts';
import { changed, openListed, unreadable } from './open-listed.ts';

// As in TFE's own tools: configurations are small, and nobody should have to wait for packing.
const LEVEL = constants.Z_BEST_SPEED;
// Time, owner and machine must not show in the bytes: the same files make the same archive.
const EPOCH = new Date(0);

/**
 * Writes the entries as tar.gz into `sink`, reading one file at a time: memory stays flat. Resolves to the sha256 of the tar, which the same
 * entries have everywhere; the compressed bytes are the same on the same version of Node only (another one may bring another zlib). Rejects
 * with ArchiveError for what cannot be read, and with the sink's own error.
 */
export async function packInto(
  sink: Writable,
  entries: readonly Entry[],
  { signal, onPacked }: Pick<PutOptions, 'signal' | 'onPacked'> = {},
): Promise<string> {
  const contents = createHash('sha256');
  const tar = createPack();
  const fill = fillTar(tar, entries, countingInto(onPacked, entries)).catch((error: unknown) => {
    tar.destroy(error as Error);
    throw error;
  });
  const hashed = hashedBy(contents)(tar as AsyncIterable<Buffer>);
  const flow = pipeline(hashed, createGzip({ level: LEVEL }), withoutPlatform, sink, ...(signal ? [{ signal }] : []));
  const [filled, flowed] = await Promise.allSettled([fill, flow]);
  // When one side breaks, the other side's error is only its consequence.
  if (filled.status === 'rejected' && filled.reason instanceof ArchiveError) throw filled.reason;
  if (flowed.status === 'rejected') throw flowed.reason;
  if (filled.status === 'rejected') throw filled.reason;
  return contents.digest('hex');
}

interface Counting {
  read(bytes: number): void;
  fileIsPacked(): void;
}

function countingInto(onPacked: PutOptions['onPacked'], entries: readonly Entry[]): Counting {
  const files = entries.filter((entry) => entry.type === 'file');
  const all = { ofFiles: files.length, ofBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  let packed = { files: 0, bytes: 0 };
  const tell = (more: Partial<typeof packed>): void => {
    packed = { ...packed, ...more };
    onPacked?.({ ...packed, ...all });
  };
  tell({});
  return {
    read: (bytes) => tell({ bytes: packed.bytes + bytes }),
    fileIsPacked: () => tell({ files: packed.files + 1 }),
  };
}

async function fillTar(tar: Pack, entries: readonly Entry[], counting: Counting): Promise<void> {
  for (const entry of entries) {
    if (entry.type === 'file') await addFile(tar, entry, counting);
    else await addBodiless(tar, entry);
  }
  tar.finalize();
}

const header = { uid: 0, gid: 0, mtime: EPOCH };

function addBodiless(tar: Pack, entry: Exclude<Entry, { type: 'file' }>): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (entry.type === 'directory') {
      tar.entry({ ...header, name: `${entry.path}/`, type: 'directory', mode: entry.mode }, done);
    } else {
      tar.entry({ ...header, name: entry.path, type: 'symlink', linkname: entry.target, mode: 0o777 }, done);
    }
  });
}

async function addFile(tar: Pack, entry: Extract<Entry, { type: 'file' }>, counting: Counting): Promise<void> {
  const file = await openListed(entry);
  try {
    // tar-stream takes a mode of 0 for "none given".
    const sink = tar.entry({ ...header, name: entry.path, mode: entry.mode, size: entry.bytes });
    const chunks = exactly(file.createReadStream({ autoClose: false }), entry, counting);
    await pipeline(chunks, sink as unknown as Writable);
    counting.fileIsPacked();
  } finally {
    await file.close();
  }
}

/** The header gives the size before the bytes, so a file that grows or shrinks meanwhile cannot be packed. */
async function* exactly(
  chunks: AsyncIterable<Buffer>,
  entry: Extract<Entry, { type: 'file' }>,
  counting: Counting,
): AsyncGenerator<Buffer, void> {
  let read = 0;
  try {
    for await (const chunk of chunks) {
      read += chunk.byteLength;
      if (read > entry.bytes) break;
      counting.read(chunk.byteLength);
      yield chunk;
    }
  } catch (error) {
    throw unreadable(entry.path, error);
  }
  if (read !== entry.bytes) throw changed(entry.path);
}

// RFC 1952: byte 9 names the operating system; 255 is "unknown".
const OS_BYTE = 9;

async function* withoutPlatform(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let offset = 0;
  for await (const chunk of chunks) {
    if (offset <= OS_BYTE && OS_BYTE < offset + chunk.byteLength) chunk[OS_BYTE - offset] = 255;
    offset += chunk.byteLength;
    yield chunk;
  }
}
