import { describe, expect, it } from '@jest/globals';
import { screenOf, type Written } from './screen.ts';

const ESC = '\u001B';
const PLAIN = { color: 'default', weight: 'normal' };
const written = (...texts: string[]): Written[] => texts.map((text, index) => ({ atMs: index * 100, text }));
const textsOf = (...texts: string[]): string[] =>
  screenOf(written(...texts), 10).map(({ runs }) => runs.map(({ text }) => text).join('|'));

describe('the screen at the end', () => {
  it('shows lines where they were written, and when', () => {
    expect(screenOf(written('one\r\n', '  two'), 80)).toEqual([
      { atMs: 0, runs: [{ ...PLAIN, column: 0, text: 'one' }] },
      { atMs: 100, runs: [{ ...PLAIN, column: 2, text: 'two' }] },
    ]);
  });

  it('shows the last text of a line that was written several times, and no trace of those before', () => {
    expect(screenOf(written('⠋ starting', `\r${ESC}[2K✔`, ' ready\r\n'), 80)).toEqual([
      { atMs: 200, runs: [{ ...PLAIN, column: 0, text: '✔ ready' }] },
    ]);
  });

  it.each([
    ['to its end', `abcdef\r${ESC}[C`, undefined],
    ['from the cursor on', `abcdef\rab${ESC}[K`, 'ab'],
    ['up to the cursor', `abcdef\rab${ESC}[1K`, 'def'],
    ['altogether', `abcdef${ESC}[2K`, undefined],
  ])('is erased %s, or the recording refused', (_what, text, expected) => {
    if (text.includes('[C')) expect(() => textsOf(text)).toThrow('is not known');
    else expect(textsOf(text)).toEqual(expected === undefined ? [] : [expected]);
  });

  it('goes on in the next line where one is full', () => {
    expect(textsOf('0123456789abc')).toEqual(['0123456789', 'abc']);
  });

  it('keeps colors, also of a sequence that was cut in two', () => {
    const [line] = screenOf(written(`${ESC}[3`, `2m✔${ESC}[39m done ${ESC}[2m0.1 s${ESC}[22m`), 80);

    expect(line?.runs).toEqual([
      { color: 'green', weight: 'normal', column: 0, text: '✔' },
      { ...PLAIN, column: 2, text: 'done' },
      { color: 'default', weight: 'dim', column: 7, text: '0.1 s' },
    ]);
  });

  it('keeps columns that wide blanks set apart', () => {
    expect(screenOf(written('a   b'), 80)[0]?.runs.map(({ column }) => column)).toEqual([0, 4]);
  });

  it.each([
    ['moves the cursor', `${ESC}[2A`],
    ['a color of 256', `${ESC}[38;5;1mx`],
    ['a tab', 'a\tb'],
    ['half a sequence', `done${ESC}[3`],
  ])('is refused, rather than shown wrong, where what is written %s', (_what, text) => {
    expect(() => textsOf(text)).toThrow(/not known|in the middle/);
  });
});
