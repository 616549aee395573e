import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, ROOT } from '../pages/markdown-files.ts';

/** What one section of docs/operations.md shows, in its order. */
export interface Section {
  readonly title: string;
  /** `sh`: run by the tests. `text`: seen when the block before it was run. */
  readonly blocks: readonly { readonly language: 'sh' | 'text'; readonly code: string }[];
}

/** The sections of docs/operations.md by their title; the text before the first heading has the title ``. */
export function operationsSections(): ReadonlyMap<string, Section> {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const parts = page.split(/^## /m).map((part, index) => (index === 0 ? `\n${part}` : part));
  return new Map(
    parts.map((part) => {
      const title = part.slice(0, part.indexOf('\n'));
      const blocks = codeBlocks({ path: title, text: part }).filter(({ language }) => /^(sh|text)$/.test(language));
      return [title, { title, blocks } as Section];
    }),
  );
}

/** The lines of a `text` block that the output lacks; `…` stands for anything, spaces and signs in front count for nothing. */
export function missingLines(expected: string, output: string): string[] {
  const lines = output.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  return expected
    .trim()
    .split('\n')
    .filter((line) => !lines.some((seen) => asPattern(line).test(seen)));
}

const asPattern = (line: string): RegExp =>
  new RegExp(
    line
      .trim()
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+'))
      .join('.*'),
  );

/**
 * The block as a shell can run it to its end: `# exit code N` is checked, and a worker that is started in the background is
 * waited for, so that the next line finds it.
 */
export function runnable(code: string): string {
  const lines = code
    .replaceAll(/^runwright worker &.*$/gm, 'start-worker')
    .replaceAll(/^(.*?)\s+# exit code (\d+)$/gm, 'expect_exit $2 $1');
  return `${PRELUDE}\n${lines}`;
}

/** With which a block ends when a command's own exit code is not the one that the page states. */
export const WRONG_EXIT_CODE = 99;

const PRELUDE = `expect_exit() {
  wanted="$1"; shift; code=0
  "$@" || code="$?"
  [ "$code" = "$wanted" ] || { echo "exit code $code of $*, not $wanted" >&2; exit ${WRONG_EXIT_CODE}; }
}`;
