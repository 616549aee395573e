import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseIgnoreRules } from './ignore-rules.ts';

interface Row {
  rules: string;
  ignored?: string[];
  kept?: string[];
}

// As TFE's own tools judge them, apart from the last two rows: they fall over whitespace and refuse to pack.
const ROWS: Row[] = [
  { rules: '', ignored: ['.git/', '.git/config', 'm/.git/HEAD', '.terraform/', '.terraform/providers/x'] },
  {
    rules: '',
    kept: ['main.tf', '.terraform.lock.hcl', 'terraform.tfstate', '.gitignore', '.terraform/modules/m/main.tf'],
  },
  { rules: 'baz.txt', ignored: ['baz.txt', 'parent/foo/baz.txt'], kept: ['something/with-baz.txt', 'baz.txt.bak'] },
  { rules: 'logs/', ignored: ['logs/', 'logs/a', 'x/logs/a/b'], kept: ['logs', 'logs2/a'] },
  { rules: 'logs', ignored: ['logs', 'x/logs'], kept: ['logs/a'] },
  { rules: '/boop.txt', ignored: ['boop.txt'], kept: ['a/boop.txt'] },
  { rules: 'terraform.d/\n!/terraform.d/', ignored: ['m/terraform.d/x'], kept: ['terraform.d/', 'terraform.d/x'] },
  { rules: 'foo/*.md', ignored: ['foo/a.md', 'x/foo/b.md'], kept: ['foo/x/a.md', 'a.md'] },
  { rules: 'bar/something-[a-z].txt', ignored: ['bar/something-a.txt'], kept: ['bar/something-1.txt'] },
  { rules: 'x-[^a-z]', ignored: ['x-1'], kept: ['x-a', 'x-/'] },
  { rules: '/a/**/z', ignored: ['a/z', 'a/b/c/z'], kept: ['b/a/z', 'a/bz'] },
  { rules: 'tmp/**', ignored: ['tmp/a', 'tmp/a/b'], kept: ['tmp'] },
  { rules: 'a?c', ignored: ['abc'], kept: ['ac', 'a/c'] },
  { rules: '*.secret\n!keep.secret', ignored: ['a.secret'], kept: ['keep.secret', 'd/keep.secret'] },
  { rules: '!keep.secret\n*.secret', ignored: ['keep.secret'] },
  { rules: 'out/\n!out/keep.txt', ignored: ['out/', 'out/other'], kept: ['out/keep.txt'] },
  { rules: '\\!odd\n\\#odd', ignored: ['!odd', '#odd'] },
  { rules: 'a+b(c).{d}$|^', ignored: ['a+b(c).{d}$|^'], kept: ['aab(c).{d}$|^'] },
  { rules: 'cafe\u0301', ignored: ['caf\u00e9', 'cafe\u0301'] },
  { rules: '# main.tf\n\n  \t \n  spaced.txt  \r\n', ignored: ['spaced.txt'], kept: ['main.tf'] },
  { rules: '[z-a]\n[open\n!\n/\nlast.txt', ignored: ['last.txt'], kept: ['main.tf', '[open', 'z'] },
];

const verdicts = ROWS.flatMap(({ rules, ignored = [], kept = [] }) => [
  ...ignored.map((path) => ({ rules, path, verdict: 'keep out' })),
  ...kept.map((path) => ({ rules, path, verdict: 'let in' })),
]);

it.each(verdicts)('the rules $rules $verdict $path', ({ rules, path, verdict }) => {
  expect(parseIgnoreRules(rules)(path)).toBe(verdict === 'keep out');
});

describe('any text', () => {
  const path = fc
    .array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));

  it('is a rule set', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), path, (text, somePath) => {
        expect(typeof parseIgnoreRules(text)(somePath)).toBe('boolean');
      }),
    );
  });

  it('keeps a file out that its last line names, and lets in one that its last line brings back', () => {
    // Letters only: a name with `*` or `[` in it is a pattern.
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.array(name, { minLength: 1, maxLength: 4 }), (text, parts) => {
        const file = parts.join('/');
        expect(parseIgnoreRules(`${text}\n/${file}`)(file)).toBe(true);
        expect(parseIgnoreRules(`${text}\n!/${file}`)(file)).toBe(false);
      }),
    );
  });
});
