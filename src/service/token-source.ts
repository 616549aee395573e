import { readFileSync, statSync } from 'node:fs';
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
export function tokenFromFile(file: string): TokenSource {
  let last = { token: readToken(file), changed: changeOf(file) };
  return () => {
    try {
      const changed = changeOf(file);
      if (changed !== last.changed) last = { token: readToken(file), changed };
    } catch {
      // Keeps the last one; TFE's answer says whether it is still good.
    }
    return last.token;
  };
}

/** A file that is replaced has another inode, one that is written in place another time. */
function changeOf(file: string): string {
  const { ino, mtimeNs, size } = statSync(file, { bigint: true });
  return `${ino} ${mtimeNs} ${size}`;
}

function readToken(file: string): Secret {
  const token = readFileSync(file, 'utf8').trim();
  if (token === '') throw new Error('is empty');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('must hold the token and nothing else');
  return new Secret(token);
}
