import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { notFound } from '../http/answer.ts';

/** What a signed URL is good for: one thing only. */
export type Purpose =
  | 'upload-configuration'
  | 'read-archive'
  | 'read-log'
  | 'read-plan-json'
  | 'read-plan-redacted'
  | 'read-plan-sanitized'
  | 'read-schemas'
  | 'upload-state'
  | 'upload-state-json'
  | 'read-state'
  | 'read-state-json'
  | 'read-policy-log';

/** TFE: archivist URLs live 25 hours. */
export const ARCHIVIST_LIFETIME_MS = 25 * 3_600_000;
/** TFE: the target of a json-output redirect lives a minute. */
export const REDIRECT_LIFETIME_MS = 60_000;

const Claim = z.tuple([z.string(), z.string(), z.number()]);

/** Signs and checks archivist-like URLs of this origin: `/_archivist/v1/<place>/<token>`. */
export function createUrlSigner(key: string, now: () => number) {
  const seal = (payload: string): string => createHmac('sha256', key).update(payload).digest('base64url');

  const sign = (purpose: Purpose, id: string, lifetimeMs = ARCHIVIST_LIFETIME_MS): string => {
    const payload = Buffer.from(JSON.stringify([purpose, id, now() + lifetimeMs])).toString('base64url');
    return `/_archivist/v1/${placeOf(purpose)}/${payload}.${seal(payload)}`;
  };

  /** Whether the token was made here, whatever it is good for, and for how long. */
  const isSigned = (token: string): boolean => {
    const [payload = '', signature = ''] = token.split('.');
    const wanted = Buffer.from(seal(payload));
    const given = Buffer.from(signature);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  };

  /** The id that the token was signed for; 404 for another purpose, a forged or an expired one. */
  const open = (token: string, purposes: readonly Purpose[]): { id: string; purpose: Purpose } => {
    if (!isSigned(token)) throw notFound();
    const [payload = ''] = token.split('.');
    const [purpose, id, expiresAtMs] = Claim.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    const allowed = purposes.find((candidate) => candidate === purpose);
    if (!allowed || now() >= expiresAtMs) throw notFound();
    return { id, purpose: allowed };
  };

  return { sign, open, isSigned };
}

export type UrlSigner = ReturnType<typeof createUrlSigner>;

function placeOf(purpose: Purpose): 'upload' | 'state' | 'log' | 'object' {
  if (purpose === 'upload-configuration') return 'upload';
  if (purpose.startsWith('upload-state')) return 'state';
  return purpose === 'read-log' ? 'log' : 'object';
}

/** TFE's object store refuses a request that carries two permissions, the URL and a token. */
export const tokenSentToArchivist = (): Answer => ({
  status: 400,
  headers: { 'content-type': 'application/xml' },
  raw: '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>',
});
