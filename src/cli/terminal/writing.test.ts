import { describe, expect, it } from '@jest/globals';
import type { Output } from '../cli-deps.ts';
import { painted, table, tableColumnsOf, wrap, writeJson, writeLines, writeValue } from './writing.ts';

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

/** What is written to a terminal, or elsewhere. */
function recorder(terminal: Partial<Output> = {}): Output & { text: () => string } {
  let text = '';
  return { ...terminal, write: (more) => (text += more), text: () => text };
}
const LINK = '\u001B]8;;https://evil.example\u0007';

describe('what is written', () => {
  it('has colors of ours, and none of somebody else', () => {
    const out = recorder({ isTTY: true, isTerminal: true });

    writeLines(out, [[painted('red', `a${LINK}\u001B[8m`), '\u001B[32mb\rc']]);

    expect(out.text()).toBe(
      `\u001B[31ma\\u001b]8;;https://evil.example\\u0007\\u001b[8m\u001B[39m\\u001b[32mb\\u000dc\n`,
    );
  });

  it('is a value as it is for programs, and one without controls on a terminal', () => {
    const [pipe, terminal] = [recorder(), recorder({ isTerminal: true })];

    writeValue(pipe, `${LINK}\n`);
    writeValue(terminal, `${LINK}\n`);

    expect(pipe.text()).toBe(`${LINK}\n`);
    expect(terminal.text()).toBe('\\u001b]8;;https://evil.example\\u0007\n');
  });

  it('is a document of one line that reads back as the same value', () => {
    const out = recorder();

    writeJson(out, { address: '\u202E\u009B2J', comment: LINK });

    expect(out.text()).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(out.text())).toEqual({ address: '\u202E\u009B2J', comment: LINK });
  });

  it('is laid out by the width that it has in the end', () => {
    expect(
      table(
        [
          ['\u202Ea', 'b'],
          ['longer than that', 'c'],
        ],
        80,
      ),
    ).toEqual(['\\u202ea           b', 'longer than that  c']);
    expect(wrap('\u202E\u202E x', 8)).toEqual(['\\u202e\\u202e', 'x']);
  });
});
