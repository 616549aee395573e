import { hkdfSync } from 'node:crypto';

/** What is derived from one secret. */
export interface Keys {
  /** Tells it from others, and nothing about it. */
  id: string;
  seal: Buffer;
  sign: Buffer;
}

/** The keys with which this worker seals and signs, and those with which it or another worker did before. */
export interface KeyRing {
  current(): Keys;
  /** Undefined: the key of somebody else, or one that is gone. */
  withId(id: string): Keys | undefined;
}

export interface KeySources {
  /** The TFE token, asked at each use: it may be rotated while the worker runs. */
  token: () => string;
  /** `RUNWRIGHT_SEAL_KEY`: the first one seals and signs, the others open what they sealed. Without any the token does. */
  sealKeys?: () => readonly string[];
}

// A request that was prepared under the token before the last one is over, or seals again.
const TOKENS_REMEMBERED = 3;

/**
 * Whoever has the token may call TFE anyway, so keys derived from it open nothing new; but a rotation changes them. The
 * tokens before it are remembered while the worker runs. A worker that starts later does not know them, and two workers
 * may have different ones for a while: each seal names its key, so that this is told from damage.
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
