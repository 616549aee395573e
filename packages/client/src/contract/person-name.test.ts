import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultOfName } from './person-name.ts';

describe('the name of a person', () => {
  it.each([
    'ben',
    "Siobhán O'Brien",
    'Zoë Müller-Lüdenscheidt',
    'e\u0301ve',
    '李小龙',
    'عمر',
    'ana@example.com',
    'CI #7 🚀',
    'a (b)',
  ])('is taken as it is written: %s', (name) => expect(faultOfName(name)).toBeUndefined());

  it.each([
    ['Cc, a line break', 'ben\neve', '000A'],
    ['Cc, an escape', 'ben\u001b[8meve', '001B'],
    ['Cc, a C1 control', 'ben\u009b8m', '009B'],
    ['Cf, a zero-width space', 'b\u200ben', '200B'],
    ['Cf, a zero-width joiner', 'b\u200den', '200D'],
    ['Cf, a soft hyphen', 'b\u00aden', '00AD'],
    ['Cf, a byte order mark', '\ufeffben', 'FEFF'],
    ['Cf, a tag', 'ben\u{e0041}', 'E0041'],
    ['Cn, unassigned', 'ben\u0378', '0378'],
    ['Cn, a noncharacter', 'ben\uffff', 'FFFF'],
    ['Co, private use', 'ben\ue000', 'E000'],
    ['Cs, half a character', 'ben\ud83d', 'D83D'],
    ['Zl', 'ben\u2028eve', '2028'],
    ['Zp', 'ben\u2029eve', '2029'],
    ['a direction that is turned', 'ben\u202eeve', '202E'],
    ['an isolate', 'ben\u2066eve', '2066'],
    ['a mark of direction', 'ben\u200f', '200F'],
    ['a blank that is no space', 'ben\u00a0eve', '00A0'],
    ['a filler, which is a letter', 'ben\u3164', '3164'],
    ['a blank pattern of Braille', 'ben\u2800', '2800'],
    ['a variation selector', 'ben\ufe0f', 'FE0F'],
  ])('is refused, and the character named: %s', (_what, name, code) => {
    expect(faultOfName(name)).toBe(`must hold no invisible or unassigned character (U+${code})`);
  });

  it('is judged without an error, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(() => faultOfName(text)).not.toThrow()));
  });
});
