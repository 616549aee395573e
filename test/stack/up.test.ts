import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runCli, startCli, type RunningCli } from '../support/cli-process.ts';
import { waitUntil } from '../support/wait-until.ts';

const HELLO = new URL('../../examples/hello', import.meta.url).pathname;
const PATIENT = { withinMs: 120_000 };
// Each starts three servers, one of them twice.
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
  const taken: Server[] = [];
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'runwright-up-'))));
  afterEach(() => {
    for (const server of taken.splice(0)) server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const up = () => startCli(['up', '--dir', directory, '--json'], PATIENT);

  it('keeps requests, runs and settings from one start to the next', async () => {
    const first = up();
    const ready = await readyOf(first);
    const settings = environmentOf(ready.env);
    const asked = await runCli(['run', '--workspace', 'hello', '--dir', HELLO, '--key', 'kept', '--json'], {
      env: settings,
    });
    expect(asked.code).toBe(0);
    await waitForRun(settings);
    await stop(first);

    const second = up();
    const again = await readyOf(second);
    const { code } = await runCli(['approve', 'kept', '--json'], { env: environmentOf(again.env) });
    const ended = await runCli(['watch', 'kept', '--json'], { env: environmentOf(again.env), ...PATIENT });
    await stop(second);

    expect(again).toMatchObject({ address: ready.address, temporal: ready.temporal, ui: ready.ui });
    expect(code).toBe(0);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('Hello, world');
  });

  it('refuses to start a second time in the same directory, and leaves the first alone', async () => {
    const first = up();
    const { health } = await readyOf(first);

    const second = await runCli(['up', '--dir', directory], PATIENT);

    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^runwright: "runwright up" is running in .* already \(process \d+\).*\n$/);
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    await stop(first);
  });

  it('says which port is taken, instead of moving a TFE that open requests know by its port', async () => {
    const port = await take(taken);
    const stack = { token: 'planted', ports: { temporal: { grpc: 1, http: 1, ui: 1 }, localTfe: port } };
    writeFileSync(join(directory, 'stack.json'), JSON.stringify(stack));

    const { code, stderr } = await runCli(['up', '--dir', directory], PATIENT);

    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} belongs to the local TFE`);
  });

  it('lets nobody else read its token', async () => {
    const running = up();
    const { env } = await readyOf(running);

    expect(statSync(env).mode & 0o077).toBe(0);
    expect(statSync(join(directory, 'stack.json')).mode & 0o077).toBe(0);
    expect(running.stdout() + running.stderr()).not.toContain(environmentOf(env)['TFE_TOKEN']);
    await stop(running);
  });
});

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

async function waitForRun(env: Record<string, string>): Promise<void> {
  await waitUntil(
    'the run to wait for approval',
    async () => {
      const { stdout } = await runCli(['show', 'kept', '--json'], { env });
      return (JSON.parse(stdout) as { phase: string }).phase === 'awaiting-confirmation';
    },
    { withinMs: 60_000 },
  );
}

function environmentOf(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => /^export (\w+)='(.*)'$/.exec(line)!.slice(1, 3) as [string, string]));
}

async function take(taken: Server[]): Promise<number> {
  const server = createServer();
  taken.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
