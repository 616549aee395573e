import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { leftOut } from '../support/left-out.ts';
import { findLinter } from '../support/linters.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const shellcheck = await findLinter('shellcheck');
const withShellcheck = typeof shellcheck === 'string' ? describe : leftOut('shell scripts', shellcheck.reason);

withShellcheck('every shell script', () => {
  it('passes shellcheck', async () => {
    const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
    const scripts = stdout.split('\n').filter((file) => file !== '' && isShellScript(join(ROOT, file)));

    expect(scripts).toEqual(expect.arrayContaining(['.ci/run', 'deploy/temporal/schema.sh']));
    await expect(run(shellcheck as string, scripts, { cwd: ROOT })).resolves.toEqual({ stdout: '', stderr: '' });
  });
});

function isShellScript(file: string): boolean {
  try {
    return /^#!.*\b(ba|da)?sh\n/.test(readFileSync(file, 'latin1').slice(0, 100));
  } catch {
    return false; // deleted, but not committed yet
  }
}
