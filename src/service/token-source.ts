import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';
import { Secret } from './secret.ts';

/** The token as it is now; asked before every request, so that a rotated one counts at once. */
export type TokenSource = () => Secret;

export const fixedToken =
  (token: string): TokenSource =>
  () =>
    new Secret(token);

/**
 * The token in a file, read again when the file has changed. While the file is missing or empty (it is being replaced)
 * the last token goes on to be used. Throws, saying what is wrong with the file, when it cannot be read the first time.
 */
export const tokenFromFile = (file: string): TokenSource => contentOfFile(file, readToken);

function readToken(file: string): Secret {
  const token = readFileSync(file, 'utf8').trim();
  if (token === '') throw new Error('is empty');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('must hold the token and nothing else');
  return new Secret(token);
}
