import { spawn } from 'node:child_process';
import { childEnvironment, type Environment } from '../../src/stack/child-environment.ts';
import { closeAfterTests } from './after-tests.ts';
import { RUNWRIGHT } from './cli-process.ts';
import { waitUntil } from './wait-until.ts';

/** A command in a pseudo-terminal of its own (util-linux `script`): it sees a person, colors and a width. */
export interface TerminalCli {
  /** Everything that was written so far, escape sequences and all. */
  written(): string;
  /** Waits until something that matches was written. */
  shows(pattern: RegExp): Promise<void>;
  types(keys: string): void;
  ended(): Promise<{ code: number | null; written: string }>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export function startInTerminal(
  args: readonly string[],
  { columns = 80, env = {}, cwd }: { columns?: number; env?: Environment; cwd?: string } = {},
): TerminalCli {
  const command = [process.execPath, RUNWRIGHT, ...args].map(quoted).join(' ');
  const sized = `stty cols ${columns} rows 50 -echo && exec ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--command', sized, '/dev/null'], {
    env: childEnvironment(process.env, { TERM: 'xterm-256color', ...env }),
    ...(cwd !== undefined && { cwd }),
  });
  closeAfterTests(() => void child.kill('SIGKILL'));
  child.stdin.on('error', () => {}); // it may have ended before its last key
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    written: () => written,
    shows: async (pattern) => void (await waitUntil(`${pattern} in the terminal`, () => pattern.test(written))),
    types: (keys) => void child.stdin.write(keys),
    ended: async () => ({ code: await closed, written }),
  };
}

const ESCAPE = '\u001B';
const SEQUENCE = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]`, 'g');

/** The lines as they stand on the screen, without colors. */
export const linesOn = (written: string): string[] =>
  written
    .replaceAll(SEQUENCE, '')
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => line.trimEnd());
