import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, type Environment } from '../../src/stack/child-environment.ts';
import { startCli, type RunningCli } from '../support/cli-process.ts';
import { readEnvironmentFile } from '../support/environment-file.ts';
import { packAll, type Packed } from '../support/packed-packages.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const INSTALL_WITHIN_MS = 600_000;
const STEP_WITHIN_MS = 180_000;

/** What somebody has who knows only the name of the package: an empty folder, an empty HOME, Node with npm. */
describe('the package, installed into an empty folder', () => {
  let user: string;
  let project: string;
  let packed: Packed;
  let up: RunningCli | undefined;

  const environment = (own: Environment = {}): Record<string, string> =>
    childEnvironment(process.env, {
      HOME: join(user, 'home'),
      // Programs that were built or downloaded before, so that this does not build Temporal again.
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] ?? '', '.cache'),
      NO_COLOR: '1',
      NODE_OPTIONS: '',
      ...own,
    });
  const inProject = (command: string, args: readonly string[], own: Environment = {}) =>
    run(command, args, { cwd: project, env: environment(own), timeout: STEP_WITHIN_MS });

  beforeAll(async () => {
    user = mkdtempSync(join(tmpdir(), 'runwright-installed-'));
    project = join(user, 'project');
    for (const path of [project, join(user, 'home')]) mkdirSync(path);
    const all = await packAll(user);
    packed = all.get('runwright')!;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
    const install = ['install', '--no-audit', '--no-fund', ...[...all.values()].map(({ path }) => path)];
    await run('npm', install, { cwd: project, env: environment(), timeout: INSTALL_WITHIN_MS });
  }, INSTALL_WITHIN_MS);
  afterAll(async () => {
    up?.signal('SIGTERM');
    await up?.ended();
    rmSync(user, { recursive: true, force: true });
  }, STEP_WITHIN_MS);

  it('is as small as docs/operations.md says', () => {
    const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const stated = Number(/packed size is about (\d+) kB/.exec(text)?.[1]) * 1_000;

    expect(Math.abs(packed.size - stated)).toBeLessThan(stated / 10);
  });

  it('shows its commands', async () => {
    const { stdout } = await inProject('npx', ['runwright', '--help']);

    expect(stdout).toContain('Usage: runwright');
  });

  it(
    'serves everything with `up`, and applies a run that was approved',
    async () => {
      cpSync(join(project, 'node_modules/runwright/examples/hello'), join(project, 'hello'), { recursive: true });
      const program = join(project, 'node_modules/.bin/runwright');
      up = startCli(['up', '--json'], { program, cwd: project, env: environment(), withinMs: INSTALL_WITHIN_MS });
      await waitUntil('`up` to be ready', () => up!.stdout().includes('"ready":true'), { withinMs: STEP_WITHIN_MS });
      const servers = readEnvironmentFile(join(project, '.runwright/env'));
      const runwright = async (...args: string[]): Promise<unknown> =>
        JSON.parse(
          (await inProject('npx', ['runwright', ...args, '--json'], servers)).stdout.trim().split('\n').at(-1)!,
        );

      await runwright('run', '--organization', 'demo', '--workspace', 'hello', '--dir', 'hello', '--key', 'first');
      await waitUntil(
        'the plan to wait for approval',
        async () => ((await runwright('show', 'first')) as { phase: string }).phase === 'awaiting-confirmation',
        { withinMs: STEP_WITHIN_MS },
      );
      await runwright('approve', 'first');

      expect(await runwright('watch', 'first')).toMatchObject({ phase: 'finished' });
    },
    INSTALL_WITHIN_MS,
  );

  it('exports nothing: programs import the client', async () => {
    writeFileSync(join(project, 'pry.js'), `import 'runwright/dist/cli/main.js';`);

    await expect(inProject(process.execPath, ['pry.js'])).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
