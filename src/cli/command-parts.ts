import { Option } from 'commander';
import type { CliDeps } from './cli-deps.ts';
import type { ExitCode } from './exit-codes.ts';

/** Takes the exit code of a command. */
export type Ended = (code: ExitCode) => void;

/** Makes what a command needs from outside, once it is called. */
export type LoadDeps = () => Promise<CliDeps>;

export const json = (): Option =>
  new Option('--json', 'each document on exactly one line of standard output, talk on standard error');

export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;

const COLUMNS = 80;

/**
 * Text after its label, broken at blanks so that no line is wider than 80 columns. Further lines are indented below the
 * text.
 */
export function hanging(label: string, text: string): string {
  const lines = [label];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    const begun = last.length > label.length ? `${last} ${word}` : `${last}${word}`;
    if (begun.length <= COLUMNS) lines[lines.length - 1] = begun;
    else lines.push(' '.repeat(label.length) + word);
  }
  return lines.join('\n');
}

/** Collects the values of an option that may be given several times. */
export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
