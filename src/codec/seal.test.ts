import { describe, expect, it } from '@jest/globals';
import { createSealer } from './seal.ts';

const UPLOAD_URL = 'https://archivist.example.com/v1/object/dmF1bHQ6djE6';

describe('a sealed value', () => {
  it('opens with the token that sealed it', () => {
    const sealer = createSealer(() => 'token-1');

    expect(sealer.unseal(sealer.seal(UPLOAD_URL))).toBe(UPLOAD_URL);
  });

  it('shows nothing of what it holds, and never looks the same twice', () => {
    const sealer = createSealer(() => 'token-1');
    const [first, second] = [sealer.seal(UPLOAD_URL), sealer.seal(UPLOAD_URL)];

    expect(first).not.toBe(second);
    expect(Buffer.from(first.slice(3), 'base64url').toString('latin1')).not.toContain('archivist');
  });

  it('stays shut after the token was rotated', () => {
    let token = 'token-1';
    const sealer = createSealer(() => token);
    const sealed = sealer.seal(UPLOAD_URL);
    token = 'token-2';

    expect(sealer.unseal(sealed)).toBeUndefined();
  });

  it.each(['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'no seal at all'])('is not made out of %j', (text) => {
    expect(createSealer(() => 'token-1').unseal(text)).toBeUndefined();
  });

  it('is refused when one byte of it was changed', () => {
    const sealer = createSealer(() => 'token-1');
    const bytes = Buffer.from(sealer.seal(UPLOAD_URL).slice(3), 'base64url');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);

    expect(sealer.unseal(`v1.${bytes.toString('base64url')}`)).toBeUndefined();
  });
});
