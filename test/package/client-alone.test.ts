import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../src/stack/child-environment.ts';
import { ROOT } from '../pages/markdown-files.ts';
import { runCli, startCli, type RunningCli } from '../support/cli-process.ts';
import { readEnvironmentFile } from '../support/environment-file.ts';
import { packAll } from '../support/packed-packages.ts';
import { waitUntil } from '../support/wait-until.ts';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 600_000;
const STEP_WITHIN_MS = 180_000;

/** What a service has that only asks for runs: the client, in an empty folder. */
describe('the client, installed alone', () => {
  let user: string;
  let service: string;
  let up: RunningCli | undefined;

  beforeAll(async () => {
    user = mkdtempSync(join(tmpdir(), 'runwright-client-'));
    service = join(user, 'service');
    mkdirSync(service);
    const client = (await packAll(user)).get('@runwright/client')!;
    writeFileSync(join(service, 'package.json'), JSON.stringify({ name: 'service', private: true, type: 'module' }));
    const install = ['install', '--no-audit', '--no-fund', client.path];
    await run('npm', install, { cwd: service, timeout: INSTALL_WITHIN_MS });
  }, INSTALL_WITHIN_MS);
  afterAll(async () => {
    up?.signal('SIGTERM');
    await up?.ended();
    rmSync(user, { recursive: true, force: true });
  }, STEP_WITHIN_MS);

  const withoutSources = (own: Record<string, string | undefined> = {}): Record<string, string> =>
    childEnvironment(process.env, { NODE_OPTIONS: '', ...own });

  it('is at most 60 packages and 80 MB', async () => {
    const lock = JSON.parse(readFileSync(join(service, 'package-lock.json'), 'utf8')) as { packages: object };
    const installed = Object.keys(lock.packages).filter((path) => path !== '');
    const entries = await readdir(join(service, 'node_modules'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);

    expect(installed.length).toBeLessThanOrEqual(60);
    expect(bytes).toBeLessThanOrEqual(80_000_000);
  });

  it('brings no worker, no server, no command line and no native code', async () => {
    const entries = await readdir(join(service, 'node_modules'), { recursive: true });

    expect(
      entries.filter((path) => /\.node$|^(@temporalio\/(worker|core-bridge|workflow)|fastify|commander)$/.test(path)),
    ).toEqual([]);
  });

  it('keeps zod and the Temporal client out of what workflows import', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import('@runwright/client/contract');
      await import('@runwright/client/domain');
      console.log(JSON.stringify(loaded));`;
    writeFileSync(join(service, 'loaded.mjs'), script);
    const { stdout } = await run(process.execPath, ['loaded.mjs'], { cwd: service, env: withoutSources() });

    const loaded = JSON.parse(stdout) as string[];
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((url) => /node_modules\/(zod|@temporalio\/client)\//.test(url))).toEqual([]);
  });

  it.each([
    { moduleResolution: 'node16', module: 'node16' },
    { moduleResolution: 'bundler', module: 'esnext' },
  ])('gives its types to TypeScript projects ($moduleResolution)', async (how) => {
    writeFileSync(join(service, 'use.ts'), USE);
    const types = [join(ROOT, 'node_modules/@types/node')];
    const compilerOptions = { ...how, target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types };
    writeFileSync(join(service, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));

    // Its message holds what the compiler says.
    const compiled = run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: service }).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );

    expect((await compiled).stdout).toBe('');
  });

  it(
    'starts a request, approves it and gets its result, from TypeScript',
    async () => {
      up = startCli(['up', '--json'], { cwd: user, withinMs: INSTALL_WITHIN_MS });
      await waitUntil('`up` to be ready', () => up!.stdout().includes('"ready":true'), { withinMs: STEP_WITHIN_MS });
      const servers = readEnvironmentFile(join(user, '.runwright/env'));
      writeFileSync(join(service, 'use.ts'), USE);

      const args = ['use.ts', join(ROOT, 'examples/hello')];
      const options = { cwd: service, env: withoutSources(servers), timeout: STEP_WITHIN_MS };
      const { stdout } = await run(process.execPath, args, options);

      expect(JSON.parse(stdout)).toMatchObject({
        started: 'new',
        ending: { kind: 'completed', result: { outcome: 'applied' } },
      });
      expect((await runCli(['show', 'deploy-42', '--json'], { env: servers })).documents()).toMatchObject([
        { phase: 'finished' },
      ]);
    },
    INSTALL_WITHIN_MS,
  );
});

// A wrong type would make the last line an error that is not there: the types are not `any`.
const USE = `import { createFolderStore, RunwrightClient, type RequestView, type RunEnding } from '@runwright/client';

const { TFE_ADDRESS = '', RUNWRIGHT_ARCHIVE_DIR = '' } = process.env;
const client = await RunwrightClient.connect({
  tfeAddress: TFE_ADDRESS,
  archives: createFolderStore(RUNWRIGHT_ARCHIVE_DIR),
});
const { workflowId, started } = await client.start({
  key: 'deploy-42',
  organization: 'demo',
  workspace: 'hello',
  directory: process.argv[2] ?? '',
  requestedBy: 'deployer',
});
let view: RequestView | undefined;
for await (view of client.watch(workflowId)) if (view.phase === 'awaiting-confirmation') break;
await client.approve(workflowId, { runId: view?.runId ?? '', by: 'ana' });
const ending: RunEnding = await client.result(workflowId);
console.log(JSON.stringify({ started, ending }));
await client.close();

// @ts-expect-error a key is a string
const wrong: Parameters<typeof client.start>[0] = { key: 42, organization: 'demo', workspace: 'hello', requestedBy: 'x' };
void wrong;
`;
