import { spawn } from 'node:child_process';

export interface ChildProcess {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  onStdout?: (chunk: Buffer) => void;
  onStderr?: (chunk: Buffer) => void;
  interrupt?: AbortSignal;
  kill?: AbortSignal;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Empty when the caller reads the output itself. */
  stdout: string;
  stderr: string;
}

/** Runs a child to its end. Its own process group: a Ctrl-C at the terminal reaches it only through us. */
export function runChild(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const running = spawn(child.command, child.args, {
      cwd: child.cwd,
      env: child.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    running.stdout.on('data', child.onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
    running.stderr.on('data', child.onStderr ?? ((chunk: Buffer) => stderr.push(chunk)));
    const interrupt = (): void => signalGroup(running.pid, 'SIGINT');
    const kill = (): void => signalGroup(running.pid, 'SIGKILL');
    if (child.interrupt?.aborted) interrupt();
    if (child.kill?.aborted) kill();
    child.interrupt?.addEventListener('abort', interrupt);
    child.kill?.addEventListener('abort', kill);
    const settle = (): void => {
      child.interrupt?.removeEventListener('abort', interrupt);
      child.kill?.removeEventListener('abort', kill);
    };
    running.on('error', (error) => {
      settle();
      reject(error);
    });
    running.on('close', (code, signal) => {
      settle();
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

// To the group: terraform started through a shell wrapper, and its providers, get the signal too.
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}
