import { describe, expect, it } from '@jest/globals';
import { knownTemporalUi } from './temporal-page.ts';

describe('the Temporal UI of a server that nobody named', () => {
  it.each(['eu-west-1.aws.api.temporal.io:7233', 'runwright.a1b2c.tmprl.cloud:7233'])(
    'is Temporal Cloud’s for %s',
    (address) => {
      expect(knownTemporalUi(address)).toBe('https://cloud.temporal.io');
    },
  );

  it.each(['127.0.0.1:7233', 'temporal.example.com:7233', 'tmprl.cloud.example.com:7233'])(
    'is not guessed for %s',
    (address) => {
      expect(knownTemporalUi(address)).toBeUndefined();
    },
  );
});
