import { hkdfSync } from 'node:crypto';

/** The keys derived from one secret. */
export interface Keys {
  /** Distinguishes the secret from others and reveals nothing about it. */
  id: string;
  seal: Buffer;
  sign: Buffer;
}

/** The keys with which this worker seals and signs now, and the earlier ones of this and other workers. */
export interface KeyRing {
  current(): Keys;
  /** Undefined if the key belongs to somebody else or is gone. */
  withId(id: string): Keys | undefined;
}

export interface KeySources {
  /** The TFE token, read at each use: it may be rotated while the worker runs. */
  token: () => string;
  /**
   * `RUNWRIGHT_SEAL_KEY`: the first key seals and signs, the others open what they sealed. Without any, the token
   * serves.
   */
  sealKeys?: () => readonly string[];
}

// A request prepared under an even older token has ended by now, or seals again.
const TOKENS_REMEMBERED = 3;

/**
 * Anybody who has the token may call TFE anyway, so keys derived from it open nothing new; but a rotation changes them.
 * A running worker remembers the tokens before it. A worker that starts later does not know those, and two workers may
 * have different tokens for a while. Each seal names its key, so that we can tell this from damage.
 */
export function createKeyRing({ token, sealKeys = () => [] }: KeySources): KeyRing {
  let tokens: readonly string[] = [];
  const secrets = (): readonly string[] => {
    const now = token();
    if (now !== tokens[0]) tokens = [now, ...tokens.filter((known) => known !== now)].slice(0, TOKENS_REMEMBERED);
    return [...sealKeys(), ...tokens];
  };
  secrets();
  return {
    current: () => keysOf(secrets()[0]!),
    withId: (id) =>
      secrets()
        .map(keysOf)
        .find((keys) => keys.id === id),
  };
}

const keysOf = (secret: string): Keys => ({
  id: derived(secret, 'key-id', 6).toString('base64url'),
  seal: derived(secret, 'seal', 32),
  sign: derived(secret, 'sign', 32),
});

const derived = (secret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `runwright/${purpose}/v2`, bytes));
