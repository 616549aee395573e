import { describe, expect, it } from '@jest/globals';
import { installationIdOf, tfeHostOf } from './installation.ts';

describe('the installation id', () => {
  it('is 8 hex characters of a sha256, the same in every release', () => {
    const id = installationIdOf({ namespaceId: '32049b68-7872-4094-8e63-d0dd59896a83', tfeHost: 'tfe.example.com' });

    // Queues and markers of open runs carry it: a change of the rule would orphan them.
    expect(id).toBe('fe77d914');
  });

  it('differs by namespace and by TFE host', () => {
    const ids = [
      installationIdOf({ namespaceId: 'one', tfeHost: 'tfe.example.com' }),
      installationIdOf({ namespaceId: 'two', tfeHost: 'tfe.example.com' }),
      installationIdOf({ namespaceId: 'one', tfeHost: 'other.example.com' }),
    ];

    expect(new Set(ids).size).toBe(3);
  });
});

describe('the host of a TFE address', () => {
  it.each([
    ['https://TFE.example.com', 'tfe.example.com'],
    ['https://tfe.example.com:443/', 'tfe.example.com'],
    ['http://127.0.0.1:8090', '127.0.0.1:8090'],
    ['http://[::1]:8090', '[::1]:8090'],
  ])('of %s is %s', (address, host) => {
    expect(tfeHostOf(address)).toBe(host);
  });
});
