import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';

const MIN_KEY_LENGTH = 32;

/** What is wrong with seal keys, or undefined. The answer never contains the keys. */
export function faultOfSealKeys(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text)) return 'must hold printable ASCII characters only, and no blanks';
  if (sealKeysIn(text).every((key) => key.length >= MIN_KEY_LENGTH)) return undefined;
  return `must have at least ${MIN_KEY_LENGTH} characters between commas`;
}

/** The first key seals, the others open what they sealed. */
export const sealKeysIn = (text: string): readonly string[] => text.split(',');

/**
 * The keys in a file, read again when it has changed. If the first read fails, throws and says what is wrong with the
 * file.
 */
export const sealKeysFromFile = (file: string): (() => readonly string[]) =>
  contentOfFile(file, () => {
    const text = readFileSync(file, 'utf8').trim();
    const fault = faultOfSealKeys(text);
    if (fault !== undefined) throw new Error(fault);
    return sealKeysIn(text);
  });
