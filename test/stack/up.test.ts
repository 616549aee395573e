import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runCli, startCli, type RunningCli } from '../support/cli-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const HELLO = new URL('../../examples/hello', import.meta.url).pathname;
const SERVICE = new URL('../../examples/service/deploy.ts', import.meta.url).pathname;
const PATIENT = { withinMs: 120_000 };
// Three servers are started, three times.
jest.setTimeout(240_000);

interface Ready {
  readonly ready: true;
  readonly address: string;
  readonly health: string;
  readonly temporal: string;
  readonly ui: string;
  readonly env: string;
}

describe('runwright up', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'runwright-up-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('keeps requests, runs and settings from one start to the next', async () => {
    const first = up(directory);
    const ready = await readyOf(first);
    const settings = environmentOf(ready.env);
    const asked = await runCli(['run', '--workspace', 'hello', '--dir', HELLO, '--key', 'kept', '--json'], {
      env: settings,
    });
    expect(asked.code).toBe(0);
    await waitForRun('kept', settings);
    await stop(first);

    const second = up(directory);
    const again = await readyOf(second);
    const { code } = await runCli(['approve', 'kept', '--json'], { env: environmentOf(again.env) });
    const ended = await runCli(['watch', 'kept', '--json'], { env: environmentOf(again.env), ...PATIENT });
    await stop(second);

    expect(again).toMatchObject({ address: ready.address, temporal: ready.temporal, ui: ready.ui });
    expect(code).toBe(0);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Hello, world') });
  });

  it('says that its directory is a file: exit code 1', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');

    expect(await runCli(['up', '--dir', file], PATIENT)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `runwright: ${file} is no directory: give another --dir\n`,
    });
  });

  it('says which port is taken, instead of moving a TFE that open requests know by its port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stack = { token: 'planted', ports: { temporal: { grpc: 1, ui: 1 }, localTfe: port } };
    writeFileSync(join(directory, 'stack.json'), JSON.stringify(stack));

    const { code, stderr } = await runCli(['up', '--dir', directory], PATIENT);
    server.close();

    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} belongs to the local TFE`);
  });
});

describe('runwright up, for people', () => {
  it('says what to try next, with the commands and the address of the UI', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runwright-up-'));
    const running = startCli(['up', '--dir', directory], PATIENT);
    await waitUntil('the next steps', () => running.stdout().includes('Temporal UI: http'), PATIENT);
    const steps = running.stdout();
    await stop(running);
    rmSync(directory, { recursive: true, force: true });

    expect(steps).toMatch(
      /source \S+\/env\n +npx runwright run --workspace hello --dir \S*examples\/hello --key first\n/,
    );
    expect(steps).toMatch(/Temporal UI: http:\/\/127\.0\.0\.1:\d+\n/);
  });
});

describe('runwright up, while it is up', () => {
  let directory: string;
  let running: RunningCli;
  let ready: Ready;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-up-'));
    running = up(directory);
    ready = await readyOf(running);
  });
  afterAll(async () => {
    await stop(running);
    rmSync(directory, { recursive: true, force: true });
  });

  it('is not started a second time in the same directory, and goes on', async () => {
    const second = await runCli(['up', '--dir', directory], PATIENT);

    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^runwright: "runwright up" is running in .* already \(process \d+\).*\n$/);
    expect((await fetch(`${ready.health}/readyz`)).status).toBe(200);
  });

  it('lets nobody else read its token', () => {
    expect(statSync(ready.env).mode & 0o077).toBe(0);
    expect(statSync(join(directory, 'stack.json')).mode & 0o077).toBe(0);
    expect(running.stdout() + running.stderr()).not.toContain(environmentOf(ready.env)['TFE_TOKEN']);
  });

  it('starts a worker again that was killed, on the same address, and says so', async () => {
    const [pid] = childrenOf('worker', directory);
    process.kill(pid!, 'SIGKILL');

    await waitUntil('it to say that the worker is back', () => running.stderr().includes('is back'), PATIENT);
    expect(running.stderr()).toMatch(/^runwright: the worker ended by signal SIGKILL; it is started again in 0\.5 s/m);
    expect((await fetch(`${ready.health}/readyz`)).status).toBe(200);
  });

  it('serves the example service, whose request a person approves on the command line', async () => {
    const env = environmentOf(ready.env);
    const service = startCli(['build-42', HELLO], {
      program: SERVICE,
      env: { ...env, NODE_OPTIONS: '--conditions=runwright-source' },
      ...PATIENT,
    });
    await waitForRun('build-42', env);
    await runCli(['approve', 'build-42', '--by', 'ana'], { env });

    expect(await service.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(service.stdout()).toMatch(/^new: http[\s\S]*\napplied [\s\S]*Hello, service/);
  });
});

/** The processes of this `up` that run this entry: their environment names its directory. */
const childrenOf = (name: string, directory: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => contentOf(`/proc/${pid}/cmdline`).includes(`runwright.js\0${name}\0`))
    .filter((pid) => contentOf(`/proc/${pid}/environ`).includes(directory))
    .map(Number);

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // ended meanwhile
  }
}

const up = (directory: string): RunningCli => startCli(['up', '--dir', directory, '--json'], PATIENT);

const readyOf = (running: RunningCli): Promise<Ready> =>
  waitUntil(
    'the ready line of runwright up',
    () => {
      const line = running
        .stdout()
        .split('\n')
        .find((text) => text.startsWith('{'));
      return line === undefined ? undefined : (JSON.parse(line) as Ready);
    },
    { withinMs: 100_000 },
  );

async function stop(running: RunningCli): Promise<void> {
  running.signal('SIGTERM');
  expect(await running.ended()).toMatchObject({ code: 0 });
}

async function waitForRun(key: string, env: Record<string, string>): Promise<void> {
  await waitUntil(
    'the run to wait for approval',
    async () => {
      const { stdout } = await runCli(['show', key, '--json'], { env });
      return (JSON.parse(stdout) as { phase: string }).phase === 'awaiting-confirmation';
    },
    { withinMs: 60_000 },
  );
}

function environmentOf(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => /^export (\w+)='(.*)'$/.exec(line)!.slice(1, 3) as [string, string]));
}
