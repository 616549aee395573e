import { describe, expect, it } from '@jest/globals';
import { createKeyRing } from './key-ring.ts';
import { createSigner, type SignedFor } from './sign.ts';

const TEXT = 'Approved by ben (1 of 1); request k-1';
const RUN: SignedFor = { purpose: 'apply-comment', workflowId: 'runwright/tfe/demo/ws/k-1', runId: 'run-1' };

const signerOf = (token: () => string, sealKeys: readonly string[] = [], installation = 'ours') =>
  createSigner({ keys: createKeyRing({ token, sealKeys: () => sealKeys }), installation });

describe('a signature', () => {
  it('is known by another worker with the same token', () => {
    const signature = signerOf(() => 'token-1').sign(TEXT, RUN);

    expect(signerOf(() => 'token-1').isSigned(TEXT, signature, RUN)).toBe(true);
  });

  it('is known after the token was rotated while the worker runs', () => {
    let token = 'token-1';
    const signer = signerOf(() => token);
    const signature = signer.sign(TEXT, RUN);
    token = 'token-2';

    expect(signer.isSigned(TEXT, signature, RUN)).toBe(true);
  });

  it('is known whatever the token is where a key is set', () => {
    const key = 'k'.repeat(32);
    const signature = signerOf(() => 'token-1', [key]).sign(TEXT, RUN);

    expect(signerOf(() => 'token-2', [key]).isSigned(TEXT, signature, RUN)).toBe(true);
  });

  it('of a token that this worker never had is nobody’s', () => {
    const signature = signerOf(() => 'token-1').sign(TEXT, RUN);

    expect(signerOf(() => 'token-2').isSigned(TEXT, signature, RUN)).toBe(false);
  });

  it.each<[string, string, SignedFor, string]>([
    ['other deciders', 'Approved by mallory (1 of 1); request k-1', RUN, 'ours'],
    ['another run', TEXT, { ...RUN, runId: 'run-2' }, 'ours'],
    ['another workflow', TEXT, { ...RUN, workflowId: 'runwright/tfe/demo/ws/k-2' }, 'ours'],
    ['another installation', TEXT, RUN, 'theirs'],
  ])('does not count for %s', (_, text, signedFor, installation) => {
    const signature = signerOf(() => 'token-1').sign(TEXT, RUN);

    expect(signerOf(() => 'token-1', [], installation).isSigned(text, signature, signedFor)).toBe(false);
  });

  it.each(['', '.', 'AAAAAAAA', 'AAAAAAAA.AAAA', '.AAAA'])('is not made out of %j', (signature) => {
    expect(signerOf(() => 'token-1').isSigned(TEXT, signature, RUN)).toBe(false);
  });
});
