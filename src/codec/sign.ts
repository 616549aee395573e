import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

/** What a signature is for. It counts for nothing else. */
export interface SignedFor {
  purpose: 'apply-comment';
  workflowId: string;
  runId: string;
}

/** Signs a text that others keep, so that this installation can recognize it: `KEY-ID.…`, HMAC-SHA-256. */
export interface Signer {
  sign(text: string, signedFor: SignedFor): string;
  /** False also if the key is no longer known: without proof the text is not ours. */
  isSigned(text: string, signature: string, signedFor: SignedFor): boolean;
}

export function createSigner({ keys, installation }: { keys: KeyRing; installation: string }): Signer {
  const macOf = (key: Buffer, text: string, { purpose, workflowId, runId }: SignedFor): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([installation, purpose, workflowId, runId, text]))
      .digest();
  return {
    sign(text, signedFor) {
      const { id, sign } = keys.current();
      return `${id}.${macOf(sign, text, signedFor).toString('base64url')}`;
    },
    isSigned(text, signature, signedFor) {
      const [id = '', mac = ''] = signature.split('.');
      const key = keys.withId(id);
      if (key === undefined) return false;
      const wanted = macOf(key.sign, text, signedFor);
      const given = Buffer.from(mac, 'base64url');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}
