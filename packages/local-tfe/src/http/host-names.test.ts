import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { createHostCheck } from './host-names.ts';

const onLoopback = createHostCheck({ host: '127.0.0.1', allowed: [] });

describe('a Host header', () => {
  it.each(['127.0.0.1', '127.0.0.1:8090', 'localhost:8090', 'LocalHost.', '[::1]:8090', '127.1.2.3'])(
    'names the server on loopback: %s',
    (header) => expect(onLoopback(header)).toBe(true),
  );

  it.each([
    'evil.example',
    'evil.example:8090',
    '127.evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.localhost@evil.example',
    '[::1].evil.example',
    '192.0.2.1',
    '127.0.0.1 evil.example',
    '127.0.0.1:port',
    '',
    undefined,
  ])('names another one: %s', (header) => expect(onLoopback(header)).toBe(false));

  it('names the server where it was allowed, in either case', () => {
    const allowing = createHostCheck({ host: '127.0.0.1', allowed: ['TFE.example'] });

    expect(['tfe.EXAMPLE:443', 'tfe.example', 'other.example'].map(allowing)).toEqual([true, true, false]);
  });

  it('names a server that listens everywhere by any address, and by the name of the machine', () => {
    const everywhere = createHostCheck({ host: '0.0.0.0', allowed: [] });

    expect(['192.0.2.1:8090', '[2001:db8::1]', hostname(), 'evil.example'].map(everywhere)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('names a server on one address by that address', () => {
    const there = createHostCheck({ host: '192.0.2.7', allowed: [] });

    expect(['192.0.2.7:80', 'localhost', '192.0.2.8'].map(there)).toEqual([true, true, false]);
  });
});
