import { describe, expect, it } from '@jest/globals';
import type { Output } from '../cli-deps.ts';
import { outputOn } from './process-output.ts';
import { painted, writeLines } from './writing.ts';

let written = '';
const write = (text: string): boolean => {
  written += text;
  return true;
};
const terminal = { isTTY: true, columns: 120, write } as unknown as NodeJS.WriteStream;
const file = { write } as unknown as NodeJS.WriteStream;

function looks(out: Output): { live: boolean; colors: boolean } {
  written = '';
  writeLines(out, [[painted('red', 'x')]]);
  return { live: Boolean(out.isTTY), colors: written !== 'x\n' };
}

describe('a stream of the process', () => {
  it.each<[string, NodeJS.WriteStream, Record<string, string>, { live: boolean; colors: boolean }]>([
    ['a terminal', terminal, { TERM: 'xterm' }, { live: true, colors: true }],
    ['a terminal and NO_COLOR', terminal, { TERM: 'xterm', NO_COLOR: '1' }, { live: true, colors: false }],
    ['a terminal and an empty NO_COLOR', terminal, { NO_COLOR: '' }, { live: true, colors: true }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, { live: false, colors: false }],
    ['no terminal', file, {}, { live: false, colors: false }],
  ])('that is %s is drawn on as it can be', (_what, stream, environment, expected) => {
    expect(looks(outputOn(stream, environment))).toEqual(expected);
  });

  it('has the width that the terminal has now', () => {
    const resized = { isTTY: true, columns: 120 };
    const out = outputOn(resized as NodeJS.WriteStream, {});

    resized.columns = 60;

    expect(out.columns).toBe(60);
  });
});
