import { describe, expect, it } from '@jest/globals';
import { isSignedWith } from './signature.ts';

// RFC 4231, test case 2.
const KEY = 'Jefe';
const BODY = Buffer.from('what do ya want for nothing?');
const SIGNATURE =
  '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737';

describe('a signature', () => {
  it('is the HMAC-SHA512 of the raw body in hex, in either case', () => {
    expect(isSignedWith(KEY, { body: BODY, signature: SIGNATURE })).toBe(true);
    expect(isSignedWith(KEY, { body: BODY, signature: SIGNATURE.toUpperCase() })).toBe(true);
  });

  it.each([
    ['another key', 'jefe', BODY, SIGNATURE],
    ['another body', KEY, Buffer.from('what do ya want for nothing'), SIGNATURE],
    ['no signature', KEY, BODY, undefined],
    ['an empty one', KEY, BODY, ''],
    ['its beginning', KEY, BODY, SIGNATURE.slice(0, -2)],
    ['more than it', KEY, BODY, `${SIGNATURE}00`],
    ['characters that hex decoding would drop', KEY, BODY, `${SIGNATURE.slice(0, -2)}zz`],
  ])('does not fit with %s', (_what, key, body, signature) => {
    expect(isSignedWith(key, { body, signature })).toBe(false);
  });
});
