import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

/** What a seal is for. It opens for nothing else. */
export interface SealedFor {
  purpose: 'upload-url' | 'log-url';
  /** The request that it belongs to. */
  workflowId: string;
}

export type Opened =
  | { kind: 'opened'; plain: string }
  /** Another worker has the key for a while (the token is being rotated), or the key is gone. */
  | { kind: 'unknown-key' }
  /** No seal, damaged, or sealed for something else. */
  | { kind: 'not-ours' };

/**
 * Seals one short capability (an upload or log URL) so that it may cross workflow history (decision D7): AES-256-GCM, bound
 * to installation, workflow and purpose. `v2.KEY-ID.…`.
 */
export interface Sealer {
  seal(plain: string, sealedFor: SealedFor): string;
  open(sealed: string, sealedFor: SealedFor): Opened;
}

const VERSION = 'v2';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createSealer({ keys, installation }: { keys: KeyRing; installation: string }): Sealer {
  const context = ({ workflowId, purpose }: SealedFor): Buffer =>
    Buffer.from(JSON.stringify([installation, workflowId, purpose]));
  return {
    seal(plain, sealedFor) {
      const { id, seal } = keys.current();
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', seal, iv).setAAD(context(sealedFor));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${VERSION}.${id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, sealedFor) {
      const [version, id, encoded, ...rest] = sealed.split('.');
      if (version !== VERSION || !id || encoded === undefined || rest.length > 0) return { kind: 'not-ours' };
      const key = keys.withId(id);
      if (key === undefined) return { kind: 'unknown-key' };
      const plain = decipher(key.seal, Buffer.from(encoded, 'base64url'), context(sealedFor));
      return plain === undefined ? { kind: 'not-ours' } : { kind: 'opened', plain };
    },
  };
}

/** Undefined if GCM rejects the bytes or their context: they are not what was sealed. */
function decipher(key: Buffer, bytes: Buffer, context: Buffer): string | undefined {
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  const opener = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(context);
  opener.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([opener.update(bytes.subarray(IV_BYTES + TAG_BYTES)), opener.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
