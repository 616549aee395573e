import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from '../support/cli-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The packed files as `npm install` lays them out; only the dependencies are borrowed from the checkout. */
describe('the packed package', () => {
  let user: string;
  let files: readonly string[];
  let program: string;

  beforeAll(async () => {
    if (!existsSync(join(ROOT, 'dist'))) throw new Error('there is no dist/: run `npm run build` first');
    user = mkdtempSync(join(tmpdir(), 'runwright-package-'));
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', user], {
      cwd: ROOT,
    });
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    const home = join(user, 'node_modules', 'runwright');
    mkdirSync(home, { recursive: true });
    await run('tar', ['-xzf', join(user, packed.filename), '--strip-components=1', '-C', home]);
    symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
    program = join(home, 'bin', 'runwright.js');
  });
  afterAll(() => rmSync(user, { recursive: true, force: true }));

  it('holds the compiled program and what it builds its tools from, and no sources or tests', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/runwright.js',
        'dist/cli.js',
        'dist/workflow-bundle.js',
        'tools/go.mod',
        'tools/go.sum',
      ]),
    );
    expect(files.filter((file) => /\.test\.|^(src|test|scripts)\//.test(file))).toEqual([]);
  });

  it('runs its command line', async () => {
    const { code, stdout } = await runCli(['--help'], { program, cwd: user });

    expect(code).toBe(0);
    expect(stdout).toContain('Usage: runwright');
  });

  it('serves a local TFE until it is asked to stop', async () => {
    const tfe = startCli(['local-tfe', '--json', '--port', '0'], { program, cwd: user });
    const ready = JSON.parse(await tfe.line(/"ready":true/)) as { health: string };
    expect((await fetch(ready.health)).ok).toBe(true);

    tfe.signal('SIGTERM');

    expect(await tfe.ended()).toMatchObject({ code: 0, signal: null });
  });

  it('gives the client to programs that import it', async () => {
    const script = join(user, 'import.mjs');
    writeFileSync(script, `import { RunwrightClient } from 'runwright'; console.log(typeof RunwrightClient);`);

    const { stdout } = await run(process.execPath, [script], { cwd: user });

    expect(stdout).toBe('function\n');
  });
});
