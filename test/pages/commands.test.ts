import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codeBlocks, markdownFiles, ROOT } from './markdown-files.ts';

const RUNWRIGHT = /^(?:bin\/runwright\.js|(?:npx )?runwright) ([\w-]+)(.*)$/;
const scripts = new Set(
  Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts),
);
/** Made from the program itself, so it knows each command and option: see scripts/reference.test.ts. */
const reference = readFileSync(join(ROOT, 'docs/reference.md'), 'utf8');

/** What is typed: the lines of `sh` and `console` blocks, and what follows a prompt in a `text` block. */
const lines = markdownFiles()
  .flatMap(codeBlocks)
  .filter(({ language }) => ['sh', 'console', 'text'].includes(language))
  .flatMap(({ file, line, language, code }) =>
    code
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .filter((text) => language !== 'text' || text.startsWith('$ '))
      .map((text) => ({ where: `${file}:${line}`, text: withoutFrame(text) })),
  )
  .filter(({ text }) => text !== '');

/** Npm's own commands, beside the scripts of the project. */
const NPM = ['ci', 'init', 'install', 'pack', 'pkg'];

describe('the commands that people may paste', () => {
  it('are npm scripts that there are', () => {
    const unknown = lines.filter(({ text }) => {
      const script = /^npm (?:run )?([\w:-]+)/.exec(text)?.[1];
      return script !== undefined && !NPM.includes(script) && !scripts.has(script);
    });

    expect(unknown).toEqual([]);
  });

  it('are commands and options of runwright that there are', () => {
    expect(lines.filter(({ text }) => RUNWRIGHT.test(text)).length).toBeGreaterThan(3);
    expect(lines.filter(({ where, text }) => /local-tfe\/README\.md/.test(where) && RUNWRIGHT.test(text))).not.toEqual(
      [],
    );
    expect(lines.filter(({ text }) => isUnknown(text))).toEqual([]);
  });

  it('are refused when there is no such option', () => {
    expect(isUnknown('runwright run --wokspace hello')).toBe(true);
    expect(isUnknown('npx runwright launch')).toBe(true);
    expect(isUnknown('npx runwright local-tfe --prot 1')).toBe(true);
  });
});

/** Without prompt, settings before the command, and comment. */
function withoutFrame(text: string): string {
  return text
    .replace(/^\$ /, '')
    .replace(/^(?:[A-Z_]+=\S+ )+/, '')
    .replace(/\s#.*$/, '')
    .trim();
}

function isUnknown(text: string): boolean {
  const [, command, rest = ''] = RUNWRIGHT.exec(text) ?? [];
  if (command === undefined) return false;
  const [, section] = reference.split(`\n### \`${command}\`\n`);
  if (section === undefined) return true;
  const own = section.split('\n### ')[0] ?? '';
  return [...rest.matchAll(/ (--[\w-]+)/g)].some(([, option = '']) => !new RegExp(`${option}(?![\\w-])`).test(own));
}
