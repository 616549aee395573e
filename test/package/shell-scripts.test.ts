import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { codeBlocks, markdownFiles } from '../pages/markdown-files.ts';
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

/** What is right for a file and not for lines that people paste, one block after the other, into one shell. */
const NOT_FOR_BLOCKS = [
  'SC1091', // .runwright/env is written by `up`
  'SC2034', // a setting is read by programs, or by a later block
  'SC2154', // or comes from an earlier one
  'SC2155', // a person sees that `cat` fails
];

withShellcheck('every shell block of the documents', () => {
  const blocks = markdownFiles()
    .flatMap(codeBlocks)
    .filter(({ language }) => language === 'sh');

  it.each(blocks)('$file:$line passes shellcheck', ({ code }) => {
    expect(complaintsAbout(code)).toBe('');
  });

  it('is refused when a variable is not quoted', () => {
    expect(complaintsAbout('mv $NEW_TOKEN_FILE there\n')).toContain('SC2086');
  });

  function complaintsAbout(input: string): string {
    const args = ['--shell=bash', `--exclude=${NOT_FOR_BLOCKS.join()}`, '-'];
    const { error, stdout } = spawnSync(shellcheck as string, args, { input, encoding: 'utf8' });
    if (error !== undefined) throw error;
    return stdout;
  }
});

function isShellScript(file: string): boolean {
  try {
    return /^#!.*\b(ba|da)?sh\n/.test(readFileSync(file, 'latin1').slice(0, 100));
  } catch {
    return false; // deleted, but not committed yet
  }
}
