import { createColors } from 'picocolors';
import type { Output } from './cli-deps.ts';

/** A result for programs: one document on exactly one line. */
export function writeJson(out: Output, document: unknown): void {
  out.write(`${JSON.stringify(document)}\n`);
}

/** Lines for people. */
export function writeLines(out: Output, lines: readonly string[]): void {
  if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
}

// Wider lines are hard to read; a narrower terminal would wrap them.
const WIDEST = 100;
const NOT_A_TERMINAL = 80;

/** How many columns a line of running text may take. */
export const columnsOf = (out: Output): number =>
  out.isTTY ? Math.max(40, Math.min(out.columns || NOT_A_TERMINAL, WIDEST)) : NOT_A_TERMINAL;

/** How many columns a row of a table may take before it is cut: programs read what is no terminal, and get all of it. */
export const tableColumnsOf = (out: Output): number =>
  out.isTTY ? Math.max(40, out.columns || NOT_A_TERMINAL) : Number.POSITIVE_INFINITY;

/** Colors on a terminal, plain text elsewhere. */
export const colorsOf = (out: Output) => createColors(Boolean(out.isTTY) && out.colors !== 'never');

/** The text in at most so many columns; what is cut off leaves an ellipsis. */
export const fit = (text: string, columns: number): string =>
  [...text].length <= columns ? text : `${[...text].slice(0, Math.max(0, columns - 1)).join('')}…`;

/**
 * The text in lines of at most so many columns, broken between words. A longer word stays whole: addresses and ids are
 * copied. At least one line.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && [...last].length + 1 + [...word].length <= columns) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Text of other people on one line, without anything that moves the cursor or changes colors. */
export const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();

/** A value as JSON on one line; what a terminal would obey, or read from right to left, stands in JSON's own escapes. */
export const jsonForPeople = (value: unknown): string =>
  JSON.stringify(value ?? null).replaceAll(/[\p{Cc}\p{Cf}]/gu, (found) => found.split('').map(escapeUnit).join(''));

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Columns as wide as their content, two blanks apart; the last one is cut to the line's end. */
export function table(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => [...(row[index] ?? '')].length)));
  return rows.map((row) =>
    fit(
      row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join('  '),
      columns,
    ),
  );
}
