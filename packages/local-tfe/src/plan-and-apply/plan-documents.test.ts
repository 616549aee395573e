import { describe, expect, it } from '@jest/globals';
import { mask } from './plan-documents.ts';

describe('a plan document without secrets', () => {
  it.each([
    ['secret', true, null],
    ['open', false, 'open'],
    [{ a: 1, b: { c: 2, d: 3 } }, { b: { c: true } }, { a: 1, b: { c: null, d: 3 } }],
    [
      [1, 2],
      [false, true],
      [1, null],
    ],
    [null, { a: true }, null],
    [{ a: 1 }, true, null],
  ])('of %j, marked %j, is %j', (value, marks, shown) => {
    expect(mask(value, marks)).toEqual(shown);
  });
});
