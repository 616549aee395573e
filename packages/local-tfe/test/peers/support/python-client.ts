import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFileLock } from '../../../../../src/stack/file-lock.js';
import { childEnvironment } from '../../../../../src/stack/child-environment.ts';
import { findOnPath, outputOf } from '../../../../../src/stack/program-path.ts';
import { isOlder } from './go-client.ts';
import type { Place } from './go-client.ts';

const SOURCES = fileURLToPath(new URL('../python-client', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../../.cache/peers', import.meta.url));
const NEEDED = '3.10'; // pytfe's
const INSTALL_LIMIT_MS = 300_000;
// In pip's words: nobody answers, or an index that knows none of the packages.
const UNREACHED = /Retrying \(|ConnectionError|Temporary failure|timed out|from versions: none/i;
const run = promisify(execFile);

/** A Python with the client installed, or why there is none on this machine: completes the sentence "left out: …". */
export type Python = { program: string } | { missing: string };

/**
 * Makes a virtual environment for packages/local-tfe/test/peers/python-client/requirements.txt, once for its text. Needs PyPI, or what pip is
 * configured to ask instead. Throws where pip fails for another reason than that nobody answers.
 */
export async function installPythonClient(): Promise<Python> {
  const python = await findOnPath('python3', process.env);
  if (python === undefined) return { missing: 'python3 is not installed' };
  const version = (
    await outputOf(python, ['-c', 'import platform, venv, ensurepip; print(platform.python_version())'])
  )?.trim();
  if (version === undefined) return { missing: 'this python3 makes no virtual environments' };
  if (isOlder(version, NEEDED)) return { missing: `it needs Python ${NEEDED}, here is ${version}` };
  const requirements = join(SOURCES, 'requirements.txt');
  const hash = createHash('sha256').update(version).update(readFileSync(requirements));
  const target = join(CACHE, `python-client-${hash.digest('hex').slice(0, 12)}`);
  mkdirSync(CACHE, { recursive: true });
  const missing = await withFileLock(
    `${target}.lock`,
    () => install({ python, requirements, target }),
    () => {},
  );
  return missing === undefined ? { program: join(target, 'bin', 'python') } : { missing };
}

/** What is installed whole says so in a file: an install that was killed begins anew. */
async function install(what: { python: string; requirements: string; target: string }): Promise<string | undefined> {
  const { python, requirements, target } = what;
  const whole = join(target, 'installed');
  if (existsSync(whole)) return undefined;
  rmSync(target, { recursive: true, force: true });
  const options = { timeout: INSTALL_LIMIT_MS, maxBuffer: 16 * 1024 * 1024 };
  await run(python, ['-m', 'venv', target], options);
  const quick = ['--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '20'];
  try {
    await run(join(target, 'bin', 'python'), ['-m', 'pip', 'install', ...quick, '-r', requirements], options);
  } catch (error) {
    const { stdout = '', stderr = String(error) } = error as { stdout?: string; stderr?: string };
    if (UNREACHED.test(stdout + stderr)) return 'PyPI is not reached';
    throw new Error(`pip: ${stderr}`, { cause: error });
  }
  writeFileSync(whole, '');
  return undefined;
}

/** Lets the program play one chapter; what it saw. Rejects with what it said when it could not. */
export async function playInPython(program: string, chapter: string, place: Place): Promise<unknown> {
  const env = childEnvironment(process.env, {
    TFE_ADDRESS: place.address,
    TFE_TOKEN: place.tokens.admin,
    COLLEAGUE_TOKEN: place.tokens.colleague,
    READER_TOKEN: place.tokens.reader,
    PYTHONDONTWRITEBYTECODE: '1',
  });
  const main = join(SOURCES, 'main.py');
  try {
    const { stdout } = await run(program, [main, chapter, place.directory], { env, timeout: 120_000 });
    return JSON.parse(stdout);
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(`the Python client in chapter ${chapter}: ${stderr}`, { cause: error });
  }
}
