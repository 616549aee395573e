import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutLong } from './cut-long.ts';

describe('a value of the journal', () => {
  it('keeps both ends of a long text', () => {
    const text = `begin ${'x'.repeat(100_000)} [runwright #1]`;

    const cut = String(cutLong({ message: text }) && (cutLong({ message: text }) as { message: string }).message);

    expect(cut).toMatch(/^begin x+ \[\d+ characters left out\] x+ \[runwright #1\]$/);
    expect(cut.length).toBeLessThan(4_100);
  });

  it('ends long lists and deep ones', () => {
    const deep = JSON.parse(`${'['.repeat(50)}1${']'.repeat(50)}`) as unknown;

    expect(cutLong(Array.from({ length: 1_000 }, (_, n) => n))).toHaveLength(200);
    expect(JSON.stringify(cutLong(deep))).toBe(`${'['.repeat(8)}"[left out]"${']'.repeat(8)}`);
  });

  it('is as it was where it is short', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        // As JSON keeps it: a property of the name __proto__ is one of the value.
        expect(JSON.stringify(cutLong(value))).toBe(JSON.stringify(value));
      }),
    );
  });
});
