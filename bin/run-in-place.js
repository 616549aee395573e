// Plain JavaScript for any Node since 18: it runs before the right Node is known.
import { spawn } from 'node:child_process';

const END_WITH_PARENT = new URL('./end-with-parent.js', import.meta.url).href;

/** @type {readonly NodeJS.Signals[]} */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Node's arguments for a child that ends when this process dies; it must be started by `runInPlace`. */
export const endingWithParent = ['--import', END_WITH_PARENT];

/**
 * Runs a program in the place of this process: same process group, same terminal; signals reach it, and this process ends
 * the way the program ends.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<never>}
 */
export async function runInPlace(command, args, env = process.env) {
  const { code, signal } = await run(command, args, env);
  if (signal !== null) {
    // Whoever waits for this process must see the same end: a shell tells a signal from an exit code.
    process.kill(process.pid, signal);
  }
  process.exit(code ?? 1);
}

/**
 * The same, for a program that is one step of several: gives its exit back. Where this process was asked to end meanwhile,
 * it ends with the program, so that no further step begins.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
export async function runToItsEnd(command, args, env = process.env) {
  const { code, signal, asked } = await run(command, args, env);
  if (asked !== undefined) process.kill(process.pid, asked);
  return { code, signal };
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, asked: NodeJS.Signals | undefined }>}
 */
function run(command, args, env) {
  // The fourth channel closes when this process dies, however it dies: see end-with-parent.js.
  const child = spawn(command, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const forwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      forwarding.stop();
      resolve({ code, signal, asked: forwarding.seen() });
    });
  });
}

/**
 * Sends this process's signals on to `child` until `stop()`; `seen()` is the last one.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function forwardSignals(child) {
  /** @type {NodeJS.Signals | undefined} */
  let last;
  // Ctrl-C in a terminal reaches the whole process group. Sent on, the first one would count as two: a forced end.
  let isFromTerminal = process.stdin.isTTY === true || process.stderr.isTTY === true;
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    last = signal;
    if (signal !== 'SIGINT' || !isFromTerminal) child.kill(signal);
    else isFromTerminal = false;
  };
  for (const signal of FORWARDED) process.on(signal, onSignal);
  return {
    seen: () => last,
    stop: () => {
      for (const signal of FORWARDED) process.off(signal, onSignal);
    },
  };
}
