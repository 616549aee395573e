import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, ROOT } from '../pages/markdown-files.ts';

/** The `sh` blocks of the README by the title of their section, in their order. */
export function readmeBlocks(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return new Map(
    page.split(/^## /m).map((part) => [
      part.slice(0, part.indexOf('\n')),
      codeBlocks({ path: 'README.md', text: part })
        .filter(({ language }) => language === 'sh')
        .map(({ code }) => code),
    ]),
  );
}
