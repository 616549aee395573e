import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildGuard } from './child-guard.ts';
import { logTail } from './log-tail.ts';
import { isGroupAlive, signalGroup, signalProcess } from './process-group.ts';

/** How we know that a child is ready. */
export type ReadyRule =
  /** It prints one JSON line with `"ready": true` on standard output. */
  | { readonly kind: 'line' }
  /** `isReady` is called until it returns true; it must bound its own waiting. */
  | { readonly kind: 'probe'; readonly isReady: () => Promise<boolean> }
  /** It does its work and ends with exit code 0. */
  | { readonly kind: 'exit' };

export interface ChildSpec {
  /** Names the child in errors. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is added to it. See `childEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard output and standard error are appended to it. */
  readonly logFile: string;
  readonly ready: ReadyRule;
  readonly readyWithinMs: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** The parsed ready line; `undefined` for children that print none. */
  readonly readyLine: Readonly<Record<string, unknown>> | undefined;
  readonly startedInMs: number;
  /** Settles when the process has ended, however it ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Signals the process itself, not what it started: what `kill -9 PID` does. */
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, and ends its whole process group when `graceMs` (default 60 s) have passed. Safe to call twice. */
  stop(options?: { readonly graceMs?: number }): Promise<Exit>;
}

/** Thrown when a child ended, or did not become ready in time. The message holds the end of its log. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly child: string;
  readonly logFile: string;
  readonly exit: Exit | undefined;

  constructor(spec: Pick<ChildSpec, 'name' | 'logFile'>, what: string, exit?: Exit) {
    super(`${spec.name} ${what}. Its log (${spec.logFile}) ends:\n${lastLines(spec.logFile)}`);
    this.child = spec.name;
    this.logFile = spec.logFile;
    this.exit = exit;
  }
}

const LOOK_AGAIN_MS = 50;
const STOP_GRACE_MS = 60_000;
const LAST_OUTPUT_MS = 500;
const LOG_TAIL_LINES = 15;

/**
 * Starts a process in a process group of its own and waits until it is ready. Rejects with `ChildFailed`, after ending
 * the process, when it is not.
 */
export async function startChild(spec: ChildSpec, guard: ChildGuard): Promise<Child> {
  const startedAt = performance.now();
  const { process: started, exited, firstReadyLine } = launch(spec);
  const pid = await pidOf(started, spec);
  guard.watch(pid);
  // Once its whole group has ended, the number may belong to another process, so it is never signalled again.
  let isGone = false;
  const forget = (): void => {
    isGone = true;
    guard.forget(pid);
  };
  void exited.then(() => isGroupAlive(pid) || forget());

  const stop: Child['stop'] = async ({ graceMs = STOP_GRACE_MS } = {}) => {
    if (isGone) return exited;
    signalGroup(pid, 'SIGTERM');
    // A stopped process (SIGSTOP) would not act on the SIGTERM.
    signalGroup(pid, 'SIGCONT');
    await Promise.race([exited, delay(graceMs, undefined, { ref: false })]);
    if (isGone) return exited;
    signalGroup(pid, 'SIGKILL');
    forget();
    return exited;
  };

  try {
    const readyLine = await becomeReady(spec, exited, firstReadyLine);
    const startedInMs = performance.now() - startedAt;
    const signal = (name: NodeJS.Signals): void => {
      if (!isGone) signalProcess(pid, name);
    };
    return { name: spec.name, pid, logFile: spec.logFile, readyLine, startedInMs, exited, signal, stop };
  } catch (error) {
    await stop({ graceMs: 1_000 });
    throw error;
  }
}

interface Launched {
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly firstReadyLine: Promise<Record<string, unknown>>;
}

function launch(spec: ChildSpec): Launched {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a');
  const started = spawn(spec.command, spec.args, {
    env: spec.env,
    ...(spec.cwd !== undefined && { cwd: spec.cwd }),
    stdio: ['ignore', 'pipe', log],
    detached: true,
  });
  const ready = Promise.withResolvers<Record<string, unknown>>();
  createInterface({ input: started.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    writeIfThereIsRoom(log, `${line}\n`);
    const parsed = parseReadyLine(line);
    if (parsed) ready.resolve(parsed);
  });
  const closed = new Promise<void>((resolve) => started.once('close', () => resolve()));
  const exited = new Promise<Exit>((resolve) => {
    started.once('exit', (code, signal) => {
      // What the process itself had started may keep its output open for longer: the exit does not wait for that.
      void Promise.race([closed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]).then(() =>
        resolve({ code, signal }),
      );
    });
  });
  void closed.then(() => closeSync(log));
  return { process: started, exited, firstReadyLine: ready.promise };
}

/** A full disk costs us the log, not the stack. */
function writeIfThereIsRoom(log: number, text: string): void {
  try {
    writeSync(log, text);
  } catch {
    // The child meets the same full disk and reports what it could not do.
  }
}

async function pidOf(started: ChildProcess, spec: ChildSpec): Promise<number> {
  if (started.pid !== undefined) return started.pid;
  const [error] = await new Promise<[NodeJS.ErrnoException]>((resolve) => {
    started.once('error', (cause) => resolve([cause]));
  });
  throw new ChildFailed(spec, `could not be started (${error.code ?? 'unknown error'}: ${spec.command})`);
}

async function becomeReady(
  spec: ChildSpec,
  exited: Promise<Exit>,
  firstReadyLine: Promise<Record<string, unknown>>,
): Promise<Record<string, unknown> | undefined> {
  const abort = new AbortController();
  const late = delay(spec.readyWithinMs, undefined, { signal: abort.signal }).then(() => {
    throw new ChildFailed(spec, `was not ready after ${spec.readyWithinMs / 1000} s`);
  });
  const ended = exited.then((exit) => {
    if (spec.ready.kind === 'exit' && exit.code === 0) return undefined;
    throw new ChildFailed(spec, `ended ${describeExit(exit)} instead of becoming ready`, exit);
  });
  late.catch(() => {});
  ended.catch(() => {});
  try {
    switch (spec.ready.kind) {
      case 'line':
        return await Promise.race([firstReadyLine, ended, late]);
      case 'probe':
        return await Promise.race([untilTrue(spec.ready.isReady, abort.signal), ended, late]);
      case 'exit':
        return await Promise.race([ended, late]);
    }
  } finally {
    abort.abort();
  }
}

async function untilTrue(isTrue: () => Promise<boolean>, signal: AbortSignal): Promise<undefined> {
  while (!signal.aborted && !(await isTrue())) await delay(LOOK_AGAIN_MS);
}

function parseReadyLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as Record<string, unknown>;
    return parsed['ready'] === true ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** `with exit code 1`, or `by signal SIGKILL`. */
export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `with exit code ${code}` : `by signal ${signal}`;

const lastLines = (file: string): string => logTail(file)?.slice(-LOG_TAIL_LINES).join('\n') ?? '(no log)';
