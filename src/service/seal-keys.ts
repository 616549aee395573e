import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';

const MIN_KEY_LENGTH = 32;

/** What is wrong with keys of seals, or undefined. The text is never part of the answer. */
export function faultOfSealKeys(text: string): string | undefined {
  if (!/^[\x21-\x7e]+$/.test(text)) return 'must hold printable ASCII characters only, and no blanks';
  if (sealKeysIn(text).every((key) => key.length >= MIN_KEY_LENGTH)) return undefined;
  return `must have at least ${MIN_KEY_LENGTH} characters between commas`;
}

/** The first one seals, the others open what they sealed. */
export const sealKeysIn = (text: string): readonly string[] => text.split(',');

/** Those in a file, read again when it has changed. Throws, saying what is wrong, when it cannot be read the first time. */
export const sealKeysFromFile = (file: string): (() => readonly string[]) =>
  contentOfFile(file, () => {
    const text = readFileSync(file, 'utf8').trim();
    const fault = faultOfSealKeys(text);
    if (fault !== undefined) throw new Error(fault);
    return sealKeysIn(text);
  });
