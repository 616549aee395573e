import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.ts';

describe('Secret', () => {
  const secret = new Secret('planted-value');

  it.each([
    ['a template', () => `${String(secret)}`],
    ['a list', () => [secret].join()],
    ['JSON', () => JSON.stringify({ token: secret })],
    ['inspect, as deep as it goes', () => inspect({ config: { token: secret } }, { depth: null, showHidden: true })],
    ['console formatting', () => format('%s %o %j', secret, secret, secret)],
    ['its keys', () => JSON.stringify(Object.entries(secret))],
    ['an error', () => String(new Error(`refused ${String(secret)}`).stack)],
  ])('is not printed by %s', (_how, print) => {
    expect(print()).not.toContain('planted-value');
  });

  it('is revealed on request', () => {
    expect(secret.reveal()).toBe('planted-value');
  });
});
