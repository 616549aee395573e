import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { OUTCOMES, PHASES } from '@runwright/client/contract';
import { parseRunRequest } from '@runwright/client/contract/schema';
import { ROOT } from './markdown-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the documents', () => {
  it.each([...PHASES, ...OUTCOMES])('the glossary knows the word %s', (word) => {
    expect(read('docs/glossary.md')).toContain(`\`${word}\``);
  });

  it('the table of times states the defaults that the schema fills in', () => {
    const parsed = parseRunRequest({ key: 'k', organization: 'o', workspace: 'w', requestedBy: 'r' });
    if (parsed.kind === 'refused') throw new Error(parsed.faults.join());
    const { timing, deadlines } = parsed.request;

    const stated = [...read('docs/architecture.md').matchAll(/^\| `(timing|deadlines)\.(\w+)` \| (\d+) \|/gm)];

    expect(Object.fromEntries(stated.map(([, , name, value]) => [name, Number(value)]))).toEqual({
      ...timing,
      ...deadlines,
    });
  });
});
