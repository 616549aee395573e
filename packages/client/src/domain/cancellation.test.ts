import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCancellation, whoCanceled } from './cancellation.ts';

describe('who cancels and why', () => {
  it('is taken as sent, with a reason or without', () => {
    expect(parseCancellation({ by: ' ann ', reason: 'wrong region' })).toEqual({
      kind: 'cancellation',
      cancellation: { by: 'ann', reason: 'wrong region' },
    });
    expect(parseCancellation({ by: 'ann', reason: null })).toEqual({
      kind: 'cancellation',
      cancellation: { by: 'ann' },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /by must name/],
    ['no name', { reason: 'x' }, /by must name/],
    ['an invisible name', { by: 'an\u200bn' }, /invisible/],
    ['a reason that is no text', { by: 'ann', reason: 5 }, /reason must be text/],
  ])('is refused: %s', (_what, sent, reason) => {
    expect(parseCancellation(sent)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  it('is answered for any value', () => {
    fc.assert(fc.property(fc.anything(), (sent) => void expect(parseCancellation(sent)).toHaveProperty('kind')));
  });

  it('stands in one line, which its reason cannot end', () => {
    expect(whoCanceled({ by: 'ann', reason: 'a"\nb' })).toBe(` by ann: "a' b"`);
    expect(whoCanceled({ by: 'ann' })).toBe(' by ann');
    expect(whoCanceled(undefined)).toBe('');
  });
});
