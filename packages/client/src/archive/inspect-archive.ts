import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveError } from './archive-error.ts';
import { hashedBy } from './hashed-by.ts';
import { tarMembers } from './tar-members.ts';

export interface ArchiveContents {
  /** Of regular files, without a leading `./`. */
  filePaths: string[];
  /** Of the tar, lower-case hex. */
  contentsSha256: string;
}

// gzip shrinks text to a tenth at best, but can shrink to a thousandth. Such an archive is made to keep its reader
// busy.
const MAX_UNPACKED_RATIO = 100;
// A small archive may unpack to this much, whatever its ratio.
const ALWAYS_UNPACKED_BYTES = 16 * 1024 * 1024;
// A header takes 512 bytes, and packed hardly less than this, because its name differs from the one before.
const PACKED_HEADER_BYTES = 8;
const ALWAYS_HEADERS = 1_000;
// A million files are no configuration but an attack on the memory of the process that lists them.
const MAX_HEADERS = 1_000_000;
const MAX_NAMES_BYTES = 64 * 1024 * 1024;

/**
 * What a packed configuration of this size holds. The archive's size bounds the cost of reading it. Rejects with
 * ArchiveError: `unreadable` if it is no tar.gz, `too-large` if it unpacks to far more than its size.
 */
export async function inspectArchive(path: string, packedBytes: number): Promise<ArchiveContents> {
  const filePaths: string[] = [];
  const contents = createHash('sha256');
  const maxHeaders = Math.min(MAX_HEADERS, ALWAYS_HEADERS + packedBytes / PACKED_HEADER_BYTES);
  let namesBytes = 0;
  try {
    await pipeline(
      createReadStream(path),
      createGunzip(),
      upTo(Math.max(ALWAYS_UNPACKED_BYTES, packedBytes * MAX_UNPACKED_RATIO)),
      hashedBy(contents),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const { type, name } of tarMembers(pieces, { maxHeaders })) {
          if (type !== 'file') continue;
          filePaths.push(name.replace(/^(\.\/)+/u, ''));
          namesBytes += name.length;
          if (namesBytes > MAX_NAMES_BYTES) throw new ArchiveError('too-large', 'the archive holds too many names');
        }
      },
    );
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('unreadable', 'the archive is not a whole tar.gz');
  }
  return { filePaths, contentsSha256: contents.digest('hex') };
}

const upTo = (maxBytes: number) =>
  async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        throw new ArchiveError('too-large', `the archive unpacks to more than ${maxBytes} bytes, far more than it is`);
      }
      yield chunk;
    }
  };
