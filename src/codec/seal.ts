import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Seals one short capability (an upload or log URL) so that it may cross workflow history (design D7).
 * AES-256-GCM; the key is derived from the TFE token, so whoever may open the seal may call TFE anyway, and a
 * rotated token makes old seals unreadable: the caller then asks TFE for a new capability.
 */
export interface Sealer {
  seal(plain: string): string;
  /** The value, or undefined where this token cannot open it (rotated, damaged, not a seal). */
  unseal(sealed: string): string | undefined;
}

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `token` is asked at each call: it may be rotated while the worker runs. */
export function createSealer(token: () => string): Sealer {
  return {
    seal(plain) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(token()), iv);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    unseal(sealed) {
      const [version, encoded] = sealed.split('.');
      if (version !== VERSION || encoded === undefined) return undefined;
      const bytes = Buffer.from(encoded, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(token()), bytes.subarray(0, IV_BYTES));
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        return undefined; // GCM says the key or the bytes are not the ones it was sealed with
      }
    },
  };
}

const keyOf = (token: string): Buffer => Buffer.from(hkdfSync('sha256', token, '', 'runwright/seal/v1', 32));
