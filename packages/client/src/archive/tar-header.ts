import { ArchiveError } from './archive-error.ts';

/** One header of a tar, as far as a listing needs it. */
export interface TarHeader {
  /** `extended`: pax attributes of the next member; `long-name`: its name, as GNU tar writes it; `skipped`: says nothing of a member. */
  type: 'file' | 'other' | 'extended' | 'long-name' | 'skipped';
  name: string;
  /** Links, devices, directories and pipes have none, whatever size they claim. */
  body: 'follows' | 'none';
  size: number;
}

/** As long as a path may be on Linux. */
export const MAX_NAME_BYTES = 4096;

const CHECKSUM = { from: 148, to: 156 };
const TYPES: Readonly<Record<string, TarHeader['type']>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  x: 'extended',
  X: 'extended',
  L: 'long-name',
  g: 'skipped', // attributes of all members: no tool gives all of them one name
  K: 'skipped', // where a link points
};
const WITHOUT_BODY = /^[1-6]$/;

/** `empty`: the blocks at the end. Throws ArchiveError `unreadable` where it is no header. */
export function headerOf(block: Uint8Array): TarHeader | 'empty' {
  if (block.every((byte) => byte === 0)) return 'empty';
  if (numberAt(block, CHECKSUM.from, CHECKSUM.to) !== checksumOf(block)) throw noHeader();
  const flag = String.fromCharCode(block[156] ?? 0);
  const isPosix = textAt(block, 257, 263) === 'ustar';
  const prefix = isPosix ? textAt(block, 345, 500) : '';
  const name = textAt(block, 0, 100);
  const type = TYPES[flag] ?? 'other';
  return {
    type: type === 'file' && name.endsWith('/') ? 'other' : type,
    name: prefix === '' ? name : `${prefix}/${name}`,
    body: WITHOUT_BODY.test(flag) ? 'none' : 'follows',
    size: numberAt(block, 124, 136),
  };
}

/** What an extended header says of the next member. */
export function extendedName(type: 'extended' | 'long-name', body: Uint8Array): { name?: string; size?: number } {
  if (type === 'long-name') return { name: textAt(body, 0, body.byteLength) };
  const said: { name?: string; size?: number } = {};
  for (const [key, value] of paxRecords(body)) {
    if (key === 'path') said.name = value;
    if (key === 'size') said.size = sizeOf(value, 10);
  }
  return said;
}

/** `LENGTH key=value\n`, one after the other; the length counts all of it. */
function* paxRecords(body: Uint8Array): Generator<[key: string, value: string]> {
  for (let at = 0; at < body.byteLength;) {
    const space = body.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : Number(decoded(body.subarray(at, space)));
    if (!Number.isInteger(length) || length < space - at + 3 || at + length > body.byteLength) throw noHeader();
    const record = decoded(body.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals === -1) throw noHeader();
    yield [record.slice(0, equals), record.slice(equals + 1)];
    at += length;
  }
}

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function textAt(block: Uint8Array, from: number, to: number): string {
  const field = block.subarray(from, to);
  const end = field.indexOf(0);
  return decoded(end === -1 ? field : field.subarray(0, end));
}

/** Octal digits; or, for large ones, the bytes of the number behind a first bit that is set. */
function numberAt(block: Uint8Array, from: number, to: number): number {
  if ((block[from] ?? 0) < 0x80) return sizeOf(textAt(block, from, to).trim() || '0', 8);
  let value = (block[from] ?? 0) & 0x7f;
  for (const byte of block.subarray(from + 1, to)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw noHeader();
  return value;
}

function sizeOf(text: string, base: 8 | 10): number {
  const value = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(text) ? Number.parseInt(text, base) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw noHeader();
  return value;
}

/** The sum of all bytes, with blanks in the place of the sum itself. */
const checksumOf = (block: Uint8Array): number =>
  block.reduce((sum, byte, at) => sum + (at >= CHECKSUM.from && at < CHECKSUM.to ? 0x20 : byte), 0);

const noHeader = (): ArchiveError => new ArchiveError('unreadable', 'the archive is not a whole tar.gz');
