import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './markdown-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** Of a table without its head: the cells of each row. */
const rows = (table: string): string[][] =>
  table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));
const sum = (table: readonly string[][], column: number): number =>
  table.reduce((total, cells) => total + Number(cells[column]), 0);

/** The README states in one table what docs/reliability.md states in many. */
describe('the figures of the README', () => {
  const readme = read('README.md');
  const reliability = read('docs/reliability.md');
  const tables = reliability.match(/(?:^\|.*\n?)+/gm) ?? [];
  const tableWith = (heading: string): string[][] => rows(tables.find((each) => each.includes(heading))?.trim() ?? '');

  it('of lost answers are the sums over all seeds', () => {
    const plain = tableWith('| of them duplicates |');
    const ours = tableWith('| second runs, ended unapplied |');

    expect(readme).toContain(`of ${sum(plain, 2)} requests ${sum(plain, 5)} applied`);
    expect(readme).toContain(`${sum(plain, 4)} duplicates, ${sum(plain, 7)} runs left unfinished`);
    expect(readme).toContain(`of ${sum(ours, 3)} requests none lost`);
    expect(sum(ours, 10)).toBe(0);
    expect(ours.map((cells) => cells[11])).toEqual(ours.map(() => 'held'));
  });

  it('of the benchmark are those of its report', () => {
    const [, delay = '', plainDelay = ''] = /^own delay +(\S+ \S+) s +(\S+ \S+) s$/m.exec(reliability) ?? [];
    const [, requests = '', plainRequests = ''] = /^requests to TFE, most +(\d+) +(\d+)$/m.exec(reliability) ?? [];

    expect(readme).toContain(`| ${plainDelay} s | **${delay} s** |`);
    expect(readme).toContain(`| ${plainRequests} | ${requests} |`);
  });
});
