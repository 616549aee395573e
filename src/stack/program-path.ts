import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Environment } from './child-environment.ts';

/** First executable of that name on the PATH of `environment`. */
export async function findOnPath(name: string, environment: Environment): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const ANSWER_WITHIN_MS = 20_000;

/** What `program args…` prints on standard output, or `undefined` when it cannot run on this machine. */
export async function outputOf(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: ANSWER_WITHIN_MS }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

/** Where the project keeps programs it has built or downloaded: `${XDG_CACHE_HOME:-~/.cache}/runwright`. */
export function cacheDirectory(environment: Environment): string {
  const base = environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? '.', '.cache');
  return join(base, 'runwright');
}
