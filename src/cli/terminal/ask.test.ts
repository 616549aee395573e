import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ask } from './ask.ts';

/** Answers the question as somebody at a terminal would, key by key. */
async function answered(keys: string): Promise<string> {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough().resume(), { isTTY: true, columns: 80 });
  const answer = ask('Approve run-1? [y/N] ', { input, output });
  input.write(keys);
  return await answer;
}

describe('a question at a terminal', () => {
  it.each([
    ['yes and Enter', 'yes\r', 'yes'],
    ['Ctrl-C', '\u0003', ''],
    ['Ctrl-D', '\u0004', ''],
  ])('that gets %s has the answer %j', async (_what, keys, answer) => {
    expect(await answered(keys)).toBe(answer);
  });
});
