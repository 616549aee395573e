import { describe, expect, it } from '@jest/globals';
import { countOf } from './count-of.ts';

describe('countOf', () => {
  it.each([
    [0, '0 approvals'],
    [1, '1 approval'],
    [2, '2 approvals'],
  ])('says %d as "%s"', (count, words) => {
    expect(countOf(count, 'approval')).toBe(words);
  });

  it('takes a plural that is no s', () => {
    expect([countOf(1, 'policy', 'policies'), countOf(2, 'policy', 'policies')]).toEqual(['1 policy', '2 policies']);
  });
});
