import { ArchiveError } from './archive-error.ts';
import { extendedName, headerOf, MAX_NAME_BYTES, type TarHeader } from './tar-header.ts';

/** What a listing needs of a member. */
export interface TarMember {
  type: 'file' | 'other';
  name: string;
}

const BLOCK = 512;
// Enough for a path and a few attributes. A longer one is made to fill memory.
const MAX_EXTENDED_BYTES = 64 * 1024;

/**
 * The members of a tar whose bytes come in pieces; all of them are consumed. What it holds in memory is bounded whatever the
 * archive says: a header, an extended header of at most 64 KiB, one name. Rejects with ArchiveError `unreadable` or `too-large`.
 */
export async function* tarMembers(
  pieces: AsyncIterable<Uint8Array>,
  { maxHeaders }: { maxHeaders: number },
): AsyncGenerator<TarMember, void> {
  const bytes = createByteReader(pieces);
  let named: { name?: string; size?: number } = {};
  let headers = 0;
  for (let block = await bytes.read(BLOCK); block !== undefined; block = await bytes.read(BLOCK)) {
    const header = headerOf(block);
    if (header === 'empty') continue;
    if (++headers > maxHeaders) throw new ArchiveError('too-large', 'the archive holds too many entries');
    switch (header.type) {
      case 'extended':
      case 'long-name':
        named = { ...named, ...extendedName(header.type, await readExtended(bytes, header)) };
        break;
      case 'skipped':
        await bytes.skip(padded(header.size));
        break;
      case 'file':
      case 'other': {
        const { name = header.name, size = header.size } = named;
        named = {};
        if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw tooLong();
        yield { type: header.type, name };
        await bytes.skip(header.body === 'none' ? 0 : padded(size));
      }
    }
  }
}

async function readExtended(bytes: ByteReader, { size }: TarHeader): Promise<Uint8Array> {
  if (size > MAX_EXTENDED_BYTES) throw tooLong();
  const body = await bytes.read(padded(size));
  if (body === undefined && size > 0) throw cutOff();
  return (body ?? new Uint8Array()).subarray(0, size);
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

const tooLong = (): ArchiveError =>
  new ArchiveError('too-large', `a name in the archive is longer than ${MAX_NAME_BYTES} bytes`);
const cutOff = (): ArchiveError => new ArchiveError('unreadable', 'the archive is not a whole tar.gz');

interface ByteReader {
  /** Exactly this many bytes; undefined at the end. Rejects if the end comes earlier. */
  read(count: number): Promise<Uint8Array | undefined>;
  skip(count: number): Promise<void>;
}

function createByteReader(pieces: AsyncIterable<Uint8Array>): ByteReader {
  const source = pieces[Symbol.asyncIterator]();
  let rest = new Uint8Array();
  /** The next bytes, at most this many; undefined at the end. */
  const take = async (most: number): Promise<Uint8Array | undefined> => {
    while (rest.byteLength === 0) {
      const next = await source.next();
      if (next.done) return undefined;
      rest = new Uint8Array(next.value);
    }
    const taken = rest.subarray(0, most);
    rest = rest.subarray(taken.byteLength);
    return taken;
  };
  return {
    read: async (count) => {
      const whole = new Uint8Array(count);
      for (let filled = 0; filled < count;) {
        const part = await take(count - filled);
        if (part === undefined && filled === 0) return undefined;
        if (part === undefined) throw cutOff();
        whole.set(part, filled);
        filled += part.byteLength;
      }
      return whole;
    },
    skip: async (count) => {
      for (let left = count; left > 0;) {
        const part = await take(left);
        if (part === undefined) throw cutOff();
        left -= part.byteLength;
      }
    },
  };
}
