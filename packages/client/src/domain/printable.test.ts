import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable, printableJson, printableLogLine, printableText } from './printable.ts';

const ATTACKS: [string, string, string][] = [
  ['a link', 'a\u001B]8;;https://evil.example\u0007b', String.raw`a\u001b]8;;https://evil.example\u0007b`],
  ['hidden text', '\u001B[8mhidden', String.raw`\u001b[8mhidden`],
  ['a turned reading direction', '\u202Egnp.exe', String.raw`\u202egnp.exe`],
  ['an isolate', 'a\u2067b\u2069', String.raw`a\u2067b\u2069`],
  ['a return to the beginning of the line', 'delete\rcreate', String.raw`delete\u000dcreate`],
  ['a C1 control sequence', '\u009B2Jx', String.raw`\u009b2Jx`],
  ['a C1 command string', '\u009D0;title\u009C', String.raw`\u009d0;title\u009c`],
  ['a bell and a backspace', 'a\u0007b\b', String.raw`a\u0007b\u0008`],
  ['a delete character', 'a\u007F', String.raw`a\u007f`],
  ['invisible characters beyond 16 bits', 'x\u{E0041}', String.raw`x\udb40\udc41`],
  ['an invisible letter', 'an\u115Fna\u200B', String.raw`an\u115fna\u200b`],
  ['a line separator', 'a\u2028b', String.raw`a\u2028b`],
  ['half a character', 'a\uD83D', String.raw`a\ud83d`],
];
const ORDINARY = 'Grüße ❤️ 🚀 日本語 عربي a\\u001b';
// What a terminal obeys, as it would arrive there.
const OBEYED = /(?![\t\n])\p{Cc}|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

describe('text from outside', () => {
  it.each(ATTACKS)('with %s is spelled out', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(printableText(text)).toBe(shown);
  });

  it.each(ATTACKS)('with %s is a JSON document of the same value', (_what, text) => {
    const document = printableJson({ [text]: [text] });

    expect(document).not.toMatch(OBEYED);
    expect(JSON.parse(document)).toEqual({ [text]: [text] });
  });

  it('that is ordinary stays as it is', () => {
    expect(printable(ORDINARY)).toBe(ORDINARY);
  });

  it('is one line, or the lines that it was', () => {
    expect(printable('a\r\nb\n\tc')).toBe('a b  c');
    expect(printableText('a\n\tb')).toBe('a\n\tb');
  });

  it('is never obeyed, and escaping it twice changes nothing', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, (text) => {
        expect(printable(text)).not.toMatch(OBEYED);
        expect(printable(printable(text))).toBe(printable(text));
        expect(printableText(text)).not.toMatch(OBEYED);
      }),
    );
  });
});

describe('a line of a log', () => {
  it('keeps the colors of terraform and its tabs', () => {
    const line = '\u001B[1m\u001B[32mApply\tcomplete!\u001B[0m';

    expect(printableLogLine(`${line}\r`)).toBe(line);
  });

  it.each(['8', '0;8', '30', '37', '40', '38;5;0', '48;2;0;0;0', '7', '5', '?25l'])(
    'does not keep the style %s, which could hide text',
    (style) => {
      expect(printableLogLine(`a\u001B[${style}mb`)).toBe(String.raw`a\u001b[${style}mb`);
    },
  );

  it('ends the colors that it began', () => {
    expect(printableLogLine('\u001B[31mred')).toBe('\u001B[31mred\u001B[0m');
  });

  it.each(ATTACKS)('spells out %s', (_what, text, shown) => {
    expect(printableLogLine(`${text}.`)).toBe(`${shown}.`);
  });
});
