import { describe, expect, it } from '@jest/globals';
import { table, tableColumnsOf } from './writing.ts';

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
