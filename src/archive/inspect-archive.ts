import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { ArchiveError } from './archive-error.ts';
import { hashedBy } from './hashed-by.ts';

export interface ArchiveContents {
  /** Of regular files, without a leading `./`. */
  filePaths: string[];
  /** Of the tar, lower-case hex. */
  contentsSha256: string;
}

// A configuration of a million files is no configuration but an attack on the memory of whoever lists it.
const MAX_FILES = 1_000_000;

/**
 * What a packed configuration holds. Rejects with ArchiveError: `unreadable` when it is no tar.gz, `too-large` when it unpacks to more than
 * `maxUnpackedBytes`.
 */
export async function inspectArchive(path: string, maxUnpackedBytes: number): Promise<ArchiveContents> {
  const filePaths: string[] = [];
  const contents = createHash('sha256');
  const tar = extract();
  tar.on('entry', (header, body, next) => {
    if (header.type === 'file' || header.type === 'contiguous-file')
      filePaths.push(header.name.replace(/^(\.\/)+/u, ''));
    body.on('end', next);
    body.resume();
    if (filePaths.length > MAX_FILES) tar.destroy(new ArchiveError('too-large', 'the archive holds too many files'));
  });
  try {
    await pipeline(
      createReadStream(path),
      createGunzip(),
      upTo(maxUnpackedBytes),
      hashedBy(contents),
      tar as unknown as NodeJS.WritableStream,
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
        throw new ArchiveError('too-large', `the archive unpacks to more than ${maxBytes} bytes`);
      }
      yield chunk;
    }
  };
