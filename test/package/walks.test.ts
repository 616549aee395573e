import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../src/stack/child-environment.ts';
import { startCli, type RunningCli } from '../support/cli-process.ts';
import { packAll } from '../support/packed-packages.ts';
import { readmeBlocks } from '../support/readme-blocks.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SHELL = fileURLToPath(new URL('../support/run-in-shell.mjs', import.meta.url));
const run = promisify(execFile);
const INSTALL_WITHIN_MS = 600_000;
const STEP_WITHIN_MS = 180_000;

const blocksOf = (title: string): readonly string[] => readmeBlocks().get(title) ?? [];

/** Somebody follows the README word by word, in an empty folder with an empty HOME, in one terminal beside the other. */
describe('the walks of the README', () => {
  let user: string;
  let project: string;
  let packed: string;
  const terminals: RunningCli[] = [];

  const environment = (): Record<string, string> =>
    childEnvironment(process.env, {
      HOME: join(user, 'home'),
      // Programs that were built or downloaded before, so that this does not build Temporal again.
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] ?? '', '.cache'),
      // A person's Node; the project's own would be found as well.
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      NO_COLOR: '1',
      NODE_OPTIONS: '',
    });
  // The package has no registry to come from before it is released.
  const asInstalled = (script: string): string =>
    script.replace(/^(npm install) runwright @runwright\/client\b/m, `$1 ${packed}`);
  const terminal = (script: string, cwd = project): RunningCli => {
    const args = ['-euc', asInstalled(script)];
    const started = startCli(args, { program: SHELL, cwd, env: environment(), withinMs: INSTALL_WITHIN_MS });
    terminals.push(started);
    return started;
  };
  const inShell = async (script: string, cwd = project): Promise<string> =>
    (await run('bash', ['-euc', script], { cwd, env: environment(), timeout: STEP_WITHIN_MS })).stdout;
  const planOf = (key: string, runwright = 'npx runwright', cwd = project): Promise<unknown> =>
    waitUntil(
      'the plan to wait for approval',
      async () => {
        const shown = await inShell(`source .runwright/env; ${runwright} show ${key} --json`, cwd);
        return (JSON.parse(shown) as { phase: string }).phase === 'awaiting-confirmation';
      },
      { withinMs: STEP_WITHIN_MS },
    );

  const upIn = (folder: string): Promise<unknown> =>
    waitUntil('the servers to be up', () => existsSync(join(folder, '.runwright/env')), {
      withinMs: INSTALL_WITHIN_MS,
    });

  beforeAll(async () => {
    user = mkdtempSync(join(tmpdir(), 'runwright-walk-'));
    project = join(user, 'my-service');
    for (const path of [project, join(user, 'home')]) mkdirSync(path);
    packed = [...(await packAll(user)).values()].map(({ path }) => path).join(' ');
  }, INSTALL_WITHIN_MS);
  afterAll(async () => {
    for (const each of terminals) each.signal('SIGINT');
    for (const each of terminals) await each.ended();
    rmSync(user, { recursive: true, force: true });
  }, STEP_WITHIN_MS);

  it(
    'a service asks, a person approves, the service is told of the outcome',
    async () => {
      const [servers = '', service = '', person = '', ...others] = blocksOf('My service triggers Runwright');
      expect(others).toEqual([]);

      terminal(servers);
      await upIn(project);
      const asked = terminal(service);
      await planOf('build-42').catch((error: Error) => {
        throw new Error(`${error.message}; the service: ${asked.stderr()}; the servers: ${terminals[0]?.stderr()}`);
      });
      const decided = await inShell(person);

      expect(decided).toMatch(/planned +run-\w+ +\+2 ~0 -0[^]*approve of run-\w+ by ana/);
      expect(await asked.ended()).toMatchObject({ code: 0 });
      expect(asked.stdout()).toMatch(/^new: http[^]*\napplied [^]*Hello, service/);
    },
    INSTALL_WITHIN_MS,
  );

  it(
    'a run is asked for, and the signal that the page in the Temporal UI shows approves it',
    async () => {
      const [ask = '', ...others] = blocksOf('I approve from the Temporal UI, by hand');
      expect(others).toEqual([]);

      const printed = await inShell(ask);
      await planOf('by-hand');
      const page = /http\S+/.exec(printed)![0];
      expect((await fetch(page)).status).toBe(200);
      // The form of the UI sends just this: Temporal's own HTTP API takes the same signal.
      const view = JSON.parse(await inShell('source .runwright/env; npx runwright show by-hand --json')) as Shown;
      await sendSignal(page, view.workflowId, { runId: view.runId, by: 'your name' });

      const watched = await inShell('source .runwright/env; npx runwright watch by-hand --json');
      expect(JSON.parse(watched.trimEnd().split('\n').at(-1)!)).toMatchObject({ outcome: 'applied' });
    },
    INSTALL_WITHIN_MS,
  );

  it(
    'in a checkout: one terminal serves, one asks, one approves',
    async () => {
      const [, servers = '', ask = '', person = '', ...others] = blocksOf('Try it'); // the first is the demo and the tests
      expect(others).toEqual([]);
      const checkout = join(user, 'checkout');
      mkdirSync(checkout);
      for (const part of ['bin', 'examples']) symlinkSync(join(ROOT, part), join(checkout, part));

      terminal(servers, checkout);
      await upIn(checkout);
      const asked = terminal(ask, checkout);
      await planOf('deploy-1', 'bin/runwright.js', checkout);
      const decided = await inShell(person, checkout);

      expect(decided).toContain('greeting = "Hello, world"');
      expect(await asked.ended()).toMatchObject({ code: 0 });
    },
    INSTALL_WITHIN_MS,
  );
});

interface Shown {
  readonly workflowId: string;
  readonly runId: string;
}

/** As the UI does: through the API beside it. */
async function sendSignal(page: string, workflowId: string, data: object): Promise<void> {
  const settings = await fetch(new URL('/api/v1/settings', page));
  const csrf = /_csrf=([^;]+)/.exec(settings.headers.getSetCookie().join('; '))?.[1] ?? '';
  const path = `api/v1/namespaces/default/workflows/${encodeURIComponent(workflowId)}/signal/approve`;
  const answer = await fetch(new URL(`/${path}`, page), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, cookie: `_csrf=${csrf}` },
    body: JSON.stringify({
      signalName: 'approve',
      workflowExecution: { workflowId },
      input: {
        payloads: [
          {
            metadata: { encoding: Buffer.from('json/plain').toString('base64') },
            data: Buffer.from(JSON.stringify(data)).toString('base64'),
          },
        ],
      },
    }),
  });
  if (!answer.ok) throw new Error(`the signal was refused: HTTP ${answer.status} ${await answer.text()}`);
}
