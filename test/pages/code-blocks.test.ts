import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Script } from '../../packages/local-tfe/src/engine/script.ts';
import { codeBlocks, markdownFiles, proseOf, ROOT, type CodeBlock } from './markdown-files.ts';

const blocks = markdownFiles().flatMap(codeBlocks);
const inLanguage = (...languages: string[]): CodeBlock[] =>
  blocks.filter(({ language }) => languages.includes(language));
const shown = ({ file, line }: CodeBlock): string => `${file}:${line}`;

/** Who holds which blocks to what they say. */
const CHECKED_BY: Readonly<Record<string, string>> = {
  sh: 'here; run by test/docs, test/package/walks.test.ts and packages/local-tfe/test/documented-examples.test.ts',
  console: 'here and in commands.test.ts',
  text: 'where the block before it is run; commands.test.ts; docs/reference.md is made from the program',
  ts: 'typescript-blocks.test.ts',
  json: 'here',
  mermaid: 'pictures: seen, not run',
};

/** Documents whose `sh` blocks are run by a test; a test there counts its blocks. */
const RUN = ['README.md', 'docs/operations.md', 'packages/local-tfe/README.md'];
/** Documents whose `sh` blocks would run the tests within the tests: each line has to be a script of the project. */
const NAMED_ONLY = ['CONTRIBUTING.md'];

describe('the code blocks of the documents', () => {
  it('are in no language that nobody checks', () => {
    expect(blocks.filter(({ language }) => !(language in CHECKED_BY)).map(shown)).toEqual([]);
  });

  it('are in no document whose commands nobody runs', () => {
    const documents = new Set(inLanguage('sh').map(({ file }) => file));

    expect([...documents].toSorted()).toEqual([...RUN, ...NAMED_ONLY].toSorted());
  });

  it('are settings and npm scripts, each of which CI or a person runs by itself, where no test runs them', () => {
    const others = inLanguage('sh')
      .filter(({ file }) => NAMED_ONLY.includes(file))
      .flatMap(({ code }) => code.trim().split('\n'))
      .filter((line) => !/^(npm (run [\w:-]+|test)|export \w+=\S+)\s*(#.*)?$/.test(line));

    expect(others).toEqual([]);
  });

  it.each(inLanguage('sh', 'console').map((block) => [shown(block), block.code]))('%s is a shell script', (_, code) => {
    expect(syntaxErrorsOf(withoutPrompts(code))).toBe('');
  });

  it('of a shell are refused where a quote stays open', () => {
    expect(syntaxErrorsOf(`runwright pause --reason 'TFE is busy\n`)).toContain('unexpected EOF');
  });

  it('set nothing that no program reads', () => {
    const named = inLanguage('sh', 'console').flatMap((block) =>
      settingsOf(block.code).map((name) => `${shown(block)} ${name}`),
    );

    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((setting) => !isRead(setting.split(' ')[1] ?? ''))).toEqual([]);
    expect(isRead('RUNWRIGHT_' + 'NOT_A_SETTING')).toBe(false);
  });

  it('name files of the project that are there', () => {
    const named = inLanguage('sh', 'console').flatMap((block) =>
      filesOf(block.code).map((path) => `${shown(block)} ${path}`),
    );

    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !existsSync(join(ROOT, path.split(' ')[1] ?? '')))).toEqual([]);
  });

  it('in JSON are what the local TFE reads beside a configuration', () => {
    const scripts = inLanguage('json');

    expect(scripts.map(({ file }) => file)).toEqual(['packages/local-tfe/README.md']);
    for (const { code } of scripts) Script.parse(JSON.parse(code));
    expect(Script.safeParse({ plan: { secconds: 2 } }).success).toBe(false);
  });
});

describe('the commands within sentences', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };

  it.each(markdownFiles())('of $path are scripts that there are', (file) => {
    const typed = [...proseOf(file).matchAll(/`(npm|node) ([^`]+)`/g)].map(([, program, rest]) => ({ program, rest }));

    const unknown = typed.filter(({ program, rest = '' }) => {
      const [first = '', second = ''] = rest.split(/\s+/);
      if (program === 'node') return !existsSync(join(ROOT, first));
      return first === 'run' ? !(second in scripts) : !['ci', 'install', 'pack', 'test', 'audit'].includes(first);
    });

    expect(unknown).toEqual([]);
  });
});

const withoutPrompts = (code: string): string => code.replaceAll(/^\$ /gm, '');

function syntaxErrorsOf(script: string): string {
  const { error, stderr } = spawnSync('bash', ['--norc', '-n'], { input: script, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stderr;
}

const settingsOf = (code: string): string[] =>
  [...code.matchAll(/^(?:\$ |export )?((?:RUNWRIGHT|TFE|TEMPORAL)_\w+)=/gm)].map(([, name = '']) => name);

const filesOf = (code: string): string[] =>
  [...code.matchAll(/(?:^|\s)((?:src|packages|test|scripts|docs|bin|bench|examples|deploy|tools)\/[\w./-]+)/gm)].map(
    ([, path = '']) => path,
  );

/** Temporal's own settings are read by its library; the reference names them. */
const sources = ['src', 'packages', 'test', 'bin', 'docs/reference.md'].flatMap(textsIn);

function textsIn(path: string): string[] {
  if (path.endsWith('.md')) return [readFileSync(join(ROOT, path), 'utf8')];
  return readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js|mjs)$/.test(name))
    .map((name) => readFileSync(join(ROOT, path, name), 'utf8'));
}

const isRead = (name: string): boolean => sources.some((text) => RegExp(`\\b${name}\\b`).test(text));
