import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from '../../temporal/doctor.ts';

/** `.ts` in a checkout, `.js` in the compiled package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const PROBE = fileURLToPath(new URL(`./archive-probe${EXTENSION}`, import.meta.url));

/** Whether packed configurations can be kept in the folder that the workers read. */
export async function checkArchiveDirectory(directory: string, signal: AbortSignal): Promise<Check> {
  const name = 'archives';
  const path = resolve(directory);
  const code = await probe(path, signal);
  const todo = 'set RUNWRIGHT_ARCHIVE_DIR to a folder that callers and workers share';
  switch (code) {
    case '':
      return { name, state: 'ok', found: `${path} can be written; workers need the same folder` };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        name,
        state: 'failed',
        found: `${path} has no room left (${code})`,
        todo: 'make room there; archives that no request needs any more may be deleted',
      };
    case 'EEXIST':
    case 'ENOTDIR':
      return { name, state: 'failed', found: `${path} cannot be written (what is there is no folder)`, todo };
    default:
      return { name, state: 'failed', found: `${path} cannot be written (${code})`, todo };
  }
}

/** The code of the error that prevents writing, or nothing. Settles when `signal` aborts, even if the folder hangs. */
const probe = (path: string, signal: AbortSignal): Promise<string> =>
  new Promise((settle, reject) => {
    const options = { signal, killSignal: 'SIGKILL' } as const;
    const child = execFile(process.execPath, [PROBE, path], options, (error, stdout) => {
      if (error) reject(error);
      else settle(stdout.trim());
    });
    // A process that hangs in the file system ends only when that answers, so this process does not wait for it.
    signal.addEventListener('abort', () => child.unref(), { once: true });
  });
