import { createColors } from 'picocolors';
import { printable, type Printable, printableJson, printableLogLine, printableText } from '@runwright/client/domain';
import type { Output } from '../cli-deps.ts';

type Paint = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Text in a color, if the stream has colors. */
export interface Painted {
  paint: Paint;
  text: string;
}

/** A line for people. Its pieces may come from anybody: the writer escapes whatever a terminal would obey. */
export type Line = string | readonly (string | Painted)[];

export const painted = (paint: Paint, text: string): Painted => ({ paint, text });

/** The line as written. Only this function adds escape sequences of ours. */
function rendered(out: Output, line: Line): Printable {
  const colors = createColors(Boolean(out.isTTY) && out.colors !== 'never');
  const pieces = typeof line === 'string' ? [line] : line;
  const texts = pieces.map((piece) =>
    typeof piece === 'string' ? printable(piece) : colors[piece.paint](printable(piece.text)),
  );
  return texts.join('') as Printable;
}

const withLineBreak = (text: Printable): Printable => `${text}\n` as Printable;

/** A result for programs: one document on exactly one line. */
export function writeJson(out: Output, document: unknown): void {
  out.write(withLineBreak(printableJson(document)));
}

/** Lines for people. */
export function writeLines(out: Output, lines: readonly Line[]): void {
  for (const line of lines) out.write(withLineBreak(rendered(out, line)));
}

/** A line of a log, with its colors. */
export function writeLogLine(out: Output, line: string, margin = ''): void {
  out.write(withLineBreak(`${margin}${printableLogLine(line)}` as Printable));
}

/** A value as it is, for programs; on a terminal, without what the terminal would obey. */
export function writeValue(out: Output, value: string): void {
  out.write(out.isTerminal ? printableText(value) : (value as Printable));
}

const CLEAR_LINE = '\r\u001B[2K' as Printable;

/** Draws the last line of a terminal, once it is clear. A line break ends it. */
export const drawLine = (out: Output, line: Line): void => void out.write(rendered(out, line));

/** The same, but clears the line first. */
export const redrawLine = (out: Output, line: Line): void =>
  void out.write(`${CLEAR_LINE}${rendered(out, line)}` as Printable);

export const endLine = (out: Output): void => void out.write('\n' as Printable);

export const clearLine = (out: Output): void => void out.write(CLEAR_LINE);

// Wider lines are hard to read; a narrower terminal would wrap them.
const WIDEST = 100;
const NOT_A_TERMINAL = 80;

/** How many columns a line of running text may take. */
export const columnsOf = (out: Output): number =>
  out.isTTY ? Math.max(40, Math.min(out.columns || NOT_A_TERMINAL, WIDEST)) : NOT_A_TERMINAL;

/**
 * How many columns a table row may take before it is cut. Without a terminal, programs read the rows and get them
 * whole.
 */
export const tableColumnsOf = (out: Output): number =>
  out.isTTY ? Math.max(40, out.columns || NOT_A_TERMINAL) : Number.POSITIVE_INFINITY;

/** In characters as people see them. */
export const widthOf = (text: string): number => [...text].length;

/** The text in at most this many columns; an ellipsis stands for what is cut off. */
export function fit(text: string, columns: number): Printable {
  const shown = printable(text);
  if (widthOf(shown) <= columns) return shown;
  return `${[...shown].slice(0, Math.max(0, columns - 1)).join('')}…` as Printable;
}

/**
 * The text in lines of at most this many columns, broken between words. A longer word stays whole, because people copy
 * addresses and ids. At least one line.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Columns as wide as their content, two blanks apart. The last one is cut at the end of the line. */
export function table(rows: readonly (readonly string[])[], columns: number): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ''))));
  return cells.map((row) =>
    fit(
      row.map((cell, index) => (index === row.length - 1 ? cell : padded(cell, widths[index] ?? 0))).join('  '),
      columns,
    ),
  );
}

/** The text filled with blanks to the width of a column. */
export const padded = (text: string, columns: number): string =>
  `${text}${' '.repeat(Math.max(0, columns - widthOf(text)))}`;
