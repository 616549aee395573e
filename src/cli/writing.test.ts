import { describe, expect, it } from '@jest/globals';
import { jsonForPeople, table, tableColumnsOf } from './writing.ts';

const MESSAGE = 'a message that says at length why this run was asked for, by whom, and what it is about to change';
const write = (): void => {};

describe('a table', () => {
  it('is cut at the width of the terminal', () => {
    const [row = ''] = table([['run-1', MESSAGE]], tableColumnsOf({ write, isTTY: true, columns: 60 }));

    expect([...row]).toHaveLength(60);
    expect(row).toMatch(/…$/);
  });

  it('is whole on a terminal that is wide enough, however wide', () => {
    expect(table([['run-1', MESSAGE]], tableColumnsOf({ write, isTTY: true, columns: 200 }))).toEqual([
      `run-1  ${MESSAGE}`,
    ]);
  });

  it('is never cut where there is no terminal: a program reads it', () => {
    expect(table([['run-1', MESSAGE]], tableColumnsOf({ write }))).toEqual([`run-1  ${MESSAGE}`]);
  });
});

describe('a value of somebody else', () => {
  it.each([
    ['plain text', 'Grüße 🚀', '"Grüße 🚀"'],
    ['escapes of a terminal', 'a\u001B[2J\u009B1A', String.raw`"a\u001b[2J\u009b1A"`],
    ['a turned reading direction', '\u202Egnp.exe', String.raw`"\u202egnp.exe"`],
    ['invisible characters beyond 16 bits', '\u{E0041}', String.raw`"\udb40\udc41"`],
  ])('with %s is shown as JSON that reads back as the same', (_what, value, shown) => {
    expect(jsonForPeople(value)).toBe(shown);
    expect(JSON.parse(shown)).toBe(value);
  });
});
