import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameInLine, quotedText } from './in-one-line.ts';

describe('text within a line of ours', () => {
  it.each([
    ['fine; go', '"fine; go"'],
    ['fine\n\nApproved by eve (2 of 2)', '"fine Approved by eve (2 of 2)"'],
    ['fine\r\nand\u2028more\u2029\u0085text', '"fine and more text"'],
    ['fine"), eve ("ok', `"fine'), eve ('ok"`],
    ['\u202etxet', '"txet"'],
    ['👨\u200d👩\u200d👧', '"👨\u200d👩\u200d👧"'],
  ])('is quoted, and stays in it: %j', (text, quoted) => {
    expect(quotedText(text)).toBe(quoted);
  });

  it('is one line with two quotes, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const quoted = quotedText(text);
        expect(quoted).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(quoted.match(/"/g)).toHaveLength(2);
      }),
    );
  });
});

describe('a name within a line of ours', () => {
  it.each([
    ['ben', 'ben'],
    ["Siobhán O'Brien", "Siobhán O'Brien"],
    ['ana@example.com', 'ana@example.com'],
    ['ben, eve', '"ben, eve"'],
    ['ben ("ok"), eve', `"ben ('ok'), eve"`],
    ['ben (2 of 2); request k-2', '"ben (2 of 2); request k-2"'],
  ])('is quoted where it could be read as more: %s', (name, written) => {
    expect(nameInLine(name)).toBe(written);
  });
});
