import { readFileSync } from 'node:fs';
import { contentOfFile } from './file-content.ts';
import { Secret } from './secret.ts';

/** The present token. Read before every request, so that a rotated one counts at once. */
export type TokenSource = () => Secret;

export const fixedToken =
  (token: string): TokenSource =>
  () =>
    new Secret(token);

/**
 * The token in a file, read again when the file has changed. While the file is missing or empty (it is being replaced),
 * the last token stays in use. If the first read fails, throws and says what is wrong with the file.
 */
export const tokenFromFile = (file: string): TokenSource => contentOfFile(file, readToken);

/** As `tokenFromFile`, for a secret that a person made up: refuses one that can be guessed. */
export const secretFromFile = (file: string): TokenSource =>
  contentOfFile(file, () => {
    const secret = readToken(file);
    if (isGuessable(secret.reveal())) throw new Error(`must hold ${LONG_ENOUGH}`);
    return secret;
  });

// 128 bits in hex: everybody who reaches the port can try without limit.
const MIN_SECRET_LENGTH = 32;
export const LONG_ENOUGH = `at least ${MIN_SECRET_LENGTH} characters: openssl rand -hex 32 makes one`;
export const isGuessable = (secret: string): boolean => secret.length < MIN_SECRET_LENGTH;

function readToken(file: string): Secret {
  const token = readFileSync(file, 'utf8').trim();
  if (token === '') throw new Error('is empty');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('must hold the token and nothing else');
  return new Secret(token);
}
