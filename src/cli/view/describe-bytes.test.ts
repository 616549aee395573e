import { describe, expect, it } from '@jest/globals';
import { describeBytes } from './describe-bytes.ts';

describe('describeBytes', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KB'],
    [200 * 1_024 ** 2, '200.0 MB'],
    [1_024 ** 2 - 1, '1.0 MB'],
    [5_000 * 1_024 ** 4, '5000.0 TB'],
  ])('says %d as "%s"', (bytes, words) => {
    expect(describeBytes(bytes)).toBe(words);
  });
});
