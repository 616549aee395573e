import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCli, startCli } from '../support/cli-process.ts';
import { packAll } from '../support/packed-packages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The packed files as `npm install` lays them out; only the dependencies are borrowed from the checkout. */
describe('the packed packages', () => {
  let user: string;
  let files: readonly string[];
  let program: string;

  beforeAll(async () => {
    user = mkdtempSync(join(tmpdir(), 'runwright-package-'));
    const packages = join(user, 'node_modules');
    mkdirSync(packages);
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== '@runwright') symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
    }
    const packed = await packAll(user);
    for (const [name, { path }] of packed) {
      mkdirSync(join(packages, name), { recursive: true });
      await run('tar', ['-xzf', path, '--strip-components=1', '-C', join(packages, name)]);
    }
    files = [...packed].flatMap(([name, { files: own }]) => own.map((file) => `${name}/${file}`));
    program = join(packages, 'runwright/bin/runwright.js');
  });
  const runScript = (script: string): Promise<{ stdout: string }> =>
    run(process.execPath, [script], { cwd: user, env: { ...process.env, NODE_OPTIONS: '' } });
  afterAll(() => rmSync(user, { recursive: true, force: true }));

  it('hold the compiled programs and what tools are built from, and no sources or tests', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'runwright/bin/runwright.js',
        'runwright/dist/cli.js',
        'runwright/dist/workflow-bundle.js',
        'runwright/tools/go.mod',
        'runwright/tools/go.sum',
        '@runwright/client/dist/index.js',
        '@runwright/local-tfe/bin/local-tfe.js',
        '@runwright/local-tfe/dist/index.js',
      ]),
    );
    expect(files.filter((file) => /\.test\.|^(@runwright\/)?[\w-]+\/(src|test|scripts)\//.test(file))).toEqual([]);
  });

  it('run the command line', async () => {
    const { code, stdout } = await runCli(['--help'], { program, cwd: user });

    expect(code).toBe(0);
    expect(stdout).toContain('Usage: runwright');
  });

  it.each([
    { command: 'runwright local-tfe', entry: 'runwright/bin/runwright.js', args: ['local-tfe'] },
    { command: 'local-tfe', entry: '@runwright/local-tfe/bin/local-tfe.js', args: [] },
  ])('serve a local TFE with `$command` until it is asked to stop', async ({ entry, args }) => {
    const options = { program: join(user, 'node_modules', entry), cwd: user };
    const tfe = startCli([...args, '--json', '--port', '0'], options);
    const ready = JSON.parse(await tfe.line(/"ready":true/)) as { health: string };
    expect((await fetch(ready.health)).ok).toBe(true);

    tfe.signal('SIGTERM');

    expect(await tfe.ended()).toMatchObject({ code: 0, signal: null });
  });

  it('give the client to programs that import it', async () => {
    const script = join(user, 'import.mjs');
    writeFileSync(script, `import { RunwrightClient } from '@runwright/client'; console.log(typeof RunwrightClient);`);

    const { stdout } = await runScript(script);

    expect(stdout).toBe('function\n');
  });

  it('give a local TFE to tests that import it', async () => {
    const script = join(user, 'in-process.mjs');
    writeFileSync(
      script,
      `import { startLocalTfe } from '@runwright/local-tfe';
       const tfe = await startLocalTfe({ engine: 'simulated' });
       const answer = await fetch(new URL('/_health', tfe.address));
       console.log(answer.status);
       await tfe.close();`,
    );

    expect((await runScript(script)).stdout).toBe('200\n');
  });
});
