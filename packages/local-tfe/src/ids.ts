import { randomBytes } from 'node:crypto';

// TFE's own alphabet: base 58 without the letters and digits that people confuse.
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const LENGTH = 16;

/** A TFE-shaped id: `run-` and 16 characters of base 58. */
export function newId(prefix: string): string {
  let id = '';
  while (id.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      // 232 = 4 * 58: bytes above would favour the first letters of the alphabet.
      if (byte < 232 && id.length < LENGTH) id += ALPHABET[byte % ALPHABET.length];
    }
  }
  return `${prefix}-${id}`;
}
