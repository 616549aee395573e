import { EventEmitter } from 'node:events';
import { main } from '../../src/cli/main.ts';
import { serviceEntries } from '../../src/service-entries.ts';
import type { Environment } from '../../src/stack/child-environment.ts';
import { documentsIn, type CliResult } from './cli-process.ts';

/**
 * A command as `bin/runwright.js` runs it, from its arguments to its exit code, without the price of a process: for
 * everything but the process itself (its start, its signals, its streams, that it ends). Relative paths are this process's.
 */
export async function runCliInProcess(args: readonly string[], env: Environment = {}): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    write: (text: string): boolean => {
      written[name] += text;
      return true;
    },
  });
  const process = Object.assign(new EventEmitter(), {
    stdin: {},
    stdout: stream('stdout'),
    stderr: stream('stderr'),
  }) as unknown as NodeJS.Process;
  const code = await main(args, { process, environment: { NO_COLOR: '1', ...env }, services: serviceEntries });
  return { code, signal: null, ...written, documents: () => documentsIn(written.stdout) };
}
