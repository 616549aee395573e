import { Option } from 'commander';
import type { CliDeps } from './cli-deps.ts';
import type { ExitCode } from './exit-codes.ts';

/** Where a command's exit code goes. */
export type Ended = (code: ExitCode) => void;

/** What a command needs from outside, made when it is called. */
export type LoadDeps = () => Promise<CliDeps>;

export const json = (): Option =>
  new Option('--json', 'each document on exactly one line of standard output, talk on standard error');

export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`;

/** The values of an option that may be given several times. */
export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
