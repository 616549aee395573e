import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePattern } from './ignore-pattern.ts';

describe('a pattern', () => {
  it('fits what the regular expression for it fits', () => {
    const pattern = fc.stringMatching(/^(?:[ab/]|\*{1,3}|\?|\*\*\/|\[ab\]|\[\^a\]|\\[*a])+$/, { maxLength: 10 });
    const path = fc.stringMatching(/^[abc*/]{0,10}$/);
    fc.assert(
      fc.property(pattern, path, (somePattern, somePath) => {
        expect(parsePattern(somePattern)?.(somePath)).toBe(asRegExp(somePattern)?.test(somePath));
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['many directories', '**/a'.repeat(200), 'a/'.repeat(2_000)],
    ['many stars', `${'*a'.repeat(200)}b`, 'a'.repeat(4_000)],
    ['stars of both kinds', `${'**/*'.repeat(200)}x`, 'a/'.repeat(2_000)],
    ['nothing but stars', `${'*'.repeat(10_000)}x`, 'a'.repeat(4_000)],
  ])(
    'of %s is done with a deep path in one pass',
    async (_what, pattern, path) => {
      // In a process of its own: what goes back and tries again never ends, and nothing in the same process would notice.
      const script = `
      import { parsePattern } from ${JSON.stringify(new URL('./ignore-pattern.ts', import.meta.url).href)};
      console.log(parsePattern(process.argv[1])(process.argv[2]));`;
      const args = ['--input-type=module', '--eval', script, pattern, path];

      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });

      expect(stdout).toBe('false\n');
    },
    90_000,
  );
});

/** As patterns were matched before: right, but not in one pass. */
const TOKEN =
  /(?<any>(?:\*\*\/?)+)|(?<star>\*)|(?<one>\?)|\\(?<escaped>.)|(?<set>\[\^?\]?[^\]/]*\])|(?<open>\[)|(?<plain>.)/gsu;

function asRegExp(pattern: string): RegExp | undefined {
  let source = '';
  for (const { groups = {}, index, 0: token } of pattern.matchAll(TOKEN)) {
    if (groups['open'] !== undefined) return undefined;
    if (groups['any'] !== undefined) source += index + token.length === pattern.length ? '.*' : '(?:.*/)?';
    else if (groups['star'] !== undefined) source += '[^/]*';
    else if (groups['one'] !== undefined) source += '[^/]';
    else if (groups['set'] !== undefined) source += setSource(groups['set']);
    else source += (groups['escaped'] ?? groups['plain'] ?? '').replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    return undefined; // e.g. the range [z-a]
  }
}

/** `[a-z]` and `[^a-z]`; brackets and operators of the regular expression are taken literally. */
function setSource(set: string): string {
  const negated = set.startsWith('[^');
  const inner = set.slice(negated ? 2 : 1, -1).replace(/[\\[\]^]/gu, '\\$&');
  return `[${negated ? '^/' : ''}${inner}]`;
}
