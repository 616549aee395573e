import { createHash, timingSafeEqual } from 'node:crypto';
import type { TokenSource } from '../service/token-source.ts';

/**
 * Whether the Authorization header carries the token. Compares digests, so that timing does not even reveal its length.
 */
export function carriesToken(authorization: string | undefined, token: TokenSource): boolean {
  const sent = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return sent !== undefined && timingSafeEqual(digest(sent), digest(token().reveal()));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
