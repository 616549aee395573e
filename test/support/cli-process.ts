import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment, type Environment } from '../../src/stack/child-environment.ts';
import { closeAfterTests } from './after-tests.ts';
import { waitUntil } from './wait-until.ts';

/** The command of this checkout. */
export const RUNWRIGHT = fileURLToPath(new URL('../../bin/runwright.js', import.meta.url));

export interface CliOptions {
  /** Its settings, on top of this process's environment without any that names a server. */
  readonly env?: Environment;
  readonly cwd?: string;
  /** What it reads on standard input; default nothing. */
  readonly input?: string;
  /** It is killed then, and the test fails. Default 30 s. */
  readonly withinMs?: number;
  /** Another program instead of bin/runwright.js, e.g. the installed one. */
  readonly program?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The documents on standard output, one a line. Throws where a line is none: with `--json` nothing else is allowed. */
  documents(): unknown[];
}

/** Runs `bin/runwright.js ARGS` in a real process, to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended();
}

export interface RunningCli {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Waits until standard output holds a line that matches; returns that line. */
  line(pattern: RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<CliResult>;
}

/** Starts `bin/runwright.js ARGS` in a real process; what is left of it after the last test of the file is killed. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const { env = {}, cwd, input = '', withinMs = 30_000, program = RUNWRIGHT } = options;
  const child = spawn(process.execPath, [program, ...args], {
    // bin/runwright.js finds the packages of a checkout by itself; scripts are started by scripts/with-setup.mjs, which says it.
    env: childEnvironment(process.env, {
      NO_COLOR: '1',
      NODE_OPTIONS: program.endsWith('.ts') ? '--conditions=runwright-source' : '',
      ...env,
    }),
    ...(cwd !== undefined && { cwd }),
  });
  closeAfterTests(() => killIfRunning(child));
  // A command that reads no input may have ended before it was all written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;

  const ended = async (): Promise<CliResult> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const [code, signal] = await closed;
    clearTimeout(timer);
    if (signal === 'SIGKILL') {
      throw new Error(`runwright ${args.join(' ')} was killed (limit ${withinMs / 1000} s)\n${written.stderr}`);
    }
    return { code, signal, ...written, documents: () => documentsIn(written.stdout) };
  };
  return {
    pid: child.pid as number,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    line: (pattern) =>
      waitUntil(`${pattern} on standard output of runwright ${args[0]}`, () => {
        if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}: ${written.stderr}`);
        return written.stdout.split('\n').find((line) => pattern.test(line));
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

function killIfRunning(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Throws where a line is no document. */
export const documentsIn = (stdout: string): unknown[] => stdout.trimEnd().split('\n').map(parseLine);

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`not one JSON document on a line: ${line}`);
  }
}
