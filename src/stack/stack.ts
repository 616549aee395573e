import { join } from 'node:path';
import { startChild, type Child, type ChildSpec } from './child-process.ts';
import { childEnvironment, type Environment } from './child-environment.ts';
import { openChildGuard } from './child-guard.ts';

/** What one process of a stack is started with; the stack adds environment and log file. */
export interface StackChildSpec extends Omit<ChildSpec, 'env' | 'logFile'> {
  /** Settings of this child alone, on top of the stack's clean environment. */
  readonly env?: Environment;
}

/** A set of child processes that are stopped together, last started first, and that end when this process dies. */
export interface Stack {
  /** Where logs, databases and archives of this stack live. */
  readonly directory: string;
  start(spec: StackChildSpec): Promise<Child>;
  /** Closes what runs in this process beside them; called when the children have ended. */
  closeAtEnd(close: () => Promise<void>): void;
  /** Stops what still runs; goes on after an error and throws the first one. Safe to call twice. */
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly directory: string;
  /** The caller's environment; settings that name real servers are left out (see `childEnvironment`). */
  readonly environment: Environment;
}

export function openStack({ directory, environment }: StackOptions): Stack {
  const guard = openChildGuard();
  const running: Child[] = [];
  const closers: (() => Promise<void>)[] = [];

  const start: Stack['start'] = async ({ env = {}, ...spec }) => {
    const logFile = join(directory, 'logs', `${spec.name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}.log`);
    const child = await startChild({ ...spec, env: childEnvironment(environment, env), logFile }, guard);
    running.push(child);
    return child;
  };

  const stop = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (let child = running.pop(); child !== undefined; child = running.pop()) {
      await child.stop().catch((error: unknown) => errors.push(error));
    }
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      await close().catch((error: unknown) => errors.push(error));
    }
    guard.close();
    if (errors.length > 0) throw errors[0];
  };

  return { directory, start, closeAtEnd: (close) => void closers.push(close), stop };
}
