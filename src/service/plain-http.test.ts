import { describe, expect, it } from '@jest/globals';
import { isReadOnTheWay } from './plain-http.ts';

describe('an address', () => {
  it.each(['http://tfe.example.com', 'http://10.0.0.1:8080', 'http://127.example.com', 'http://localhost.example.com'])(
    'is read on the way: %s',
    (address) => {
      expect(isReadOnTheWay(address)).toBe(true);
    },
  );

  it.each([
    'https://tfe.example.com',
    'http://127.0.0.1:8090',
    'http://localhost:8090',
    'http://[::1]:8090',
    'nothing',
  ])('is not: %s', (address) => {
    expect(isReadOnTheWay(address)).toBe(false);
  });
});
