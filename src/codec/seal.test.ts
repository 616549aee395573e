import { describe, expect, it } from '@jest/globals';
import { createKeyRing } from './key-ring.ts';
import { createSealer, type SealedFor } from './seal.ts';

const UPLOAD_URL = 'https://archivist.example.com/v1/object/dmF1bHQ6djE6';
const UPLOAD: SealedFor = { purpose: 'upload-url', workflowId: 'runwright/tfe/demo/ws/key' };

const KEY = 'k'.repeat(32);
const NEW_KEY = 'n'.repeat(32);

function sealerOf(token: () => string, sealKeys: readonly string[] = [], installation = 'ours') {
  return createSealer({ keys: createKeyRing({ token, sealKeys: () => sealKeys }), installation });
}
const opened = { kind: 'opened', plain: UPLOAD_URL };

describe('a sealed value', () => {
  it('opens with the token that sealed it', () => {
    const sealed = sealerOf(() => 'token-1').seal(UPLOAD_URL, UPLOAD);

    expect(sealerOf(() => 'token-1').open(sealed, UPLOAD)).toEqual(opened);
  });

  it('shows nothing of what it holds nor of its key, and never looks the same twice', () => {
    const sealer = sealerOf(() => 'token-1');
    const [first, second] = [sealer.seal(UPLOAD_URL, UPLOAD), sealer.seal(UPLOAD_URL, UPLOAD)];

    expect(first).not.toBe(second);
    for (const part of first.split('.')) {
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toMatch(/archivist|token/);
    }
  });

  it('opens after the token was rotated twice while the worker runs', () => {
    let token = 'token-1';
    const sealer = sealerOf(() => token);
    const sealed = sealer.seal(UPLOAD_URL, UPLOAD);
    for (token of ['token-2', 'token-3']) expect(sealer.open(sealed, UPLOAD)).toEqual(opened);
  });

  it('is told from damage where it is of a token that this worker never had', () => {
    const sealed = sealerOf(() => 'token-1').seal(UPLOAD_URL, UPLOAD);

    expect(sealerOf(() => 'token-2').open(sealed, UPLOAD)).toEqual({ kind: 'unknown-key' });
  });

  it.each<[string, readonly string[]]>([
    ['the same key', [KEY]],
    ['a new key before it', [NEW_KEY, KEY]],
  ])('opens whatever the token is where workers have %s', (_, sealKeys) => {
    const sealed = sealerOf(() => 'token-1', [KEY]).seal(UPLOAD_URL, UPLOAD);

    expect(sealerOf(() => 'token-2', sealKeys).open(sealed, UPLOAD)).toEqual(opened);
  });

  it('of the token still opens when a key is set later', () => {
    const sealed = sealerOf(() => 'token-1').seal(UPLOAD_URL, UPLOAD);

    expect(sealerOf(() => 'token-1', [KEY]).open(sealed, UPLOAD)).toEqual(opened);
  });

  it.each<[string, SealedFor, string]>([
    ['another workflow', { ...UPLOAD, workflowId: 'runwright/tfe/demo/ws/another' }, 'ours'],
    ['another purpose', { ...UPLOAD, purpose: 'log-url' }, 'ours'],
    ['another installation', UPLOAD, 'theirs'],
  ])('opens not for %s', (_, sealedFor, installation) => {
    const sealed = sealerOf(() => 'token-1').seal(UPLOAD_URL, UPLOAD);

    expect(sealerOf(() => 'token-1', [], installation).open(sealed, sealedFor)).toEqual({ kind: 'not-ours' });
  });

  it.each(['', 'v2.', 'v2.AAAA', 'v2..AAAA', 'v1.AAAA', 'v2.a.b.c', 'no seal at all'])(
    'is not made out of %j',
    (text) => {
      expect(sealerOf(() => 'token-1').open(text, UPLOAD)).toEqual({ kind: 'not-ours' });
    },
  );

  it('is refused when one byte of it was changed', () => {
    const sealer = sealerOf(() => 'token-1');
    const [version, id, encoded] = sealer.seal(UPLOAD_URL, UPLOAD).split('.');
    const bytes = Buffer.from(encoded!, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);

    expect(sealer.open(`${version}.${id}.${bytes.toString('base64url')}`, UPLOAD)).toEqual({ kind: 'not-ours' });
  });
});
