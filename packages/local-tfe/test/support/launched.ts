import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Launched {
  child: ChildProcess;
  address: string;
  ready: Record<string, unknown>;
  /** Asks the process to end, and waits for it. */
  stop(): Promise<void>;
}

/** The local TFE as a process of its own, with the token `t` and no rate limit. */
export async function launch(
  flags: readonly string[],
  env: Record<string, string | undefined> = process.env,
): Promise<Launched> {
  const entry = new URL('../../bin/local-tfe.js', import.meta.url).pathname;
  const args = [entry, '--port', '0', '--token', 't', '--json', '--rate-limit', '0', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'}`)));
  });
  const ready = JSON.parse(line) as { address: string };
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { child, address: ready.address, ready, stop };
}
