import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codeBlocks, markdownFiles, ROOT } from './markdown-files.ts';

const scripts = new Set(
  Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts),
);
/** Made from the program itself, so it knows each command and option: see scripts/reference.test.ts. */
const reference = readFileSync(join(ROOT, 'docs/reference.md'), 'utf8');

const lines = markdownFiles()
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ file, line, code }) =>
    code
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .map((text) => ({ where: `${file}:${line}`, text: text.replace(/\s#.*$/, '').trim() })),
  )
  .filter(({ text }) => text !== '');

describe('the commands that people may paste', () => {
  it('are npm scripts that there are', () => {
    const unknown = lines.filter(({ text }) => {
      const script = /^npm (?:run )?([\w:]+)/.exec(text)?.[1];
      return script !== undefined && !['ci', 'install'].includes(script) && !scripts.has(script);
    });

    expect(unknown).toEqual([]);
  });

  it('are commands and options of runwright that there are', () => {
    expect(lines.filter(({ text }) => /^(bin\/runwright\.js|runwright)\b/.test(text)).length).toBeGreaterThan(3);
    expect(lines.filter(({ text }) => isUnknown(text))).toEqual([]);
  });

  it('are refused when there is no such option', () => {
    expect(isUnknown('runwright run --wokspace hello')).toBe(true);
    expect(isUnknown('runwright launch')).toBe(true);
  });
});

function isUnknown(text: string): boolean {
  const [, command, rest = ''] = /^(?:bin\/runwright\.js|runwright) ([\w-]+)(.*)$/.exec(text) ?? [];
  if (command === undefined) return false;
  const [, section] = reference.split(`\n### \`${command}\`\n`);
  if (section === undefined) return true;
  const own = section.split('\n### ')[0] ?? '';
  return [...rest.matchAll(/ (--[\w-]+)/g)].some(([, option = '']) => !new RegExp(`${option}(?![\\w-])`).test(own));
}
