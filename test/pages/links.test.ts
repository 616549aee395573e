import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, markdownFiles, proseOf, ROOT, type MarkdownFile } from './markdown-files.ts';

const files = markdownFiles();
const textOf = new Map(files.map(({ path, text }) => [path, text]));

describe.each(files)('$path', (file) => {
  it('links to files and headings that are there', () => {
    expect(linksOf(file).filter((link) => isBroken(file, link))).toEqual([]);
  });

  it('names files of the project that are there', () => {
    const named = [
      ...proseOf(file).matchAll(/`((?:src|packages|test|scripts|docs|bin|bench|examples|deploy|tools)\/[\w./-]+)`/g),
    ];

    expect(named.map((match) => match[1] ?? '').filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('a broken link is found', () => {
  const file = { path: 'docs/x.md', text: '[a](gone.md) [b](reference.md#gone) [c](reference.md#settings)' };

  expect(linksOf(file).filter((link) => isBroken(file, link))).toEqual(['gone.md', 'reference.md#gone']);
});

const linksOf = (file: MarkdownFile): string[] =>
  [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^https?:/.test(link));

function isBroken({ path, text }: MarkdownFile, link: string): boolean {
  const [target = '', anchor] = link.split('#');
  const found = target === '' ? path : normalize(join(dirname(path), target));
  if (!existsSync(join(ROOT, found))) return true;
  if (anchor === undefined) return false;
  return !anchorsOf(target === '' ? text : (textOf.get(found) ?? '')).has(anchor);
}
