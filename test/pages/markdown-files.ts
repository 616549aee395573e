import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface MarkdownFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly file: string;
  /** Of the line with the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** Everything that people read: the documents of the root and of its packages, and docs/. */
export function markdownFiles(): readonly MarkdownFile[] {
  const inRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const ofPackages = readdirSync(join(ROOT, 'packages'))
    .map((name) => join('packages', name, 'README.md'))
    .filter((path) => existsSync(join(ROOT, path)));
  return [...inRoot, ...inDocs, ...ofPackages]
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Fenced code blocks with their language; of those in lists, the indentation of the fence is taken away. */
export function codeBlocks({ path, text }: MarkdownFile): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { line: number; language: string; indentation: string; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [fence, indentation = '', language = ''] = /^( *)```(\w*)/.exec(line) ?? [];
    if (fence === undefined) {
      open?.lines.push(line.startsWith(open.indentation) ? line.slice(open.indentation.length) : line.trimStart());
    } else if (open === undefined) {
      open = { line: index + 1, language, indentation, lines: [] };
    } else {
      blocks.push({ file: path, line: open.line, language: open.language, code: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  }
  return blocks;
}

/** The text without its code blocks, in which brackets are no links. */
export const proseOf = ({ text }: MarkdownFile): string => text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');

/** As GitHub makes them from headings. */
export const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
