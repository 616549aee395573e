import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../../test/support/wait-until.ts';
import { keepWorker, type KeptWorker, type WorkerNews } from './kept-worker.ts';
import { isProcessAlive } from './process-group.ts';
import type { ServiceProcess } from './runwright-processes.ts';
import { openStack, type Stack } from './stack.ts';

const SERVES = `console.log('{"ready":true}'); setInterval(() => {}, 1000);`;
const DIES = `console.log('{"ready":true}'); setTimeout(() => process.exit(7), 20);`;

describe('a worker that is kept', () => {
  let directory: string;
  let stack: Stack;
  let news: WorkerNews[];
  let started: ServiceProcess[];
  let kept: KeptWorker | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-kept-'));
    stack = openStack({ directory, environment: process.env });
    [news, started] = [[], []];
  });
  afterEach(async () => {
    await kept?.stop();
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (script: string): Promise<ServiceProcess> => {
    const ready = { kind: 'line' } as const;
    const spec = { name: 'worker', command: process.execPath, args: ['-e', script], ready, readyWithinMs: 20_000 };
    const service = { child: await stack.start(spec), health: 'http://127.0.0.1:1', address: undefined };
    started.push(service);
    return service;
  };
  const keep = async (first: string, next: string, pausesMs: readonly number[], settledMs = 60_000): Promise<void> => {
    const keeping = { first: await start(first), startAgain: () => start(next), pausesMs, settledMs };
    kept = keepWorker({ ...keeping, tell: (item) => news.push(item) });
  };

  it('is started again when it was killed, and that is said', async () => {
    await keep(SERVES, SERVES, [1]);

    started[0]!.child.signal('SIGKILL');
    await waitUntil('it to be back', () => news.length === 2);

    expect(news).toMatchObject([{ kind: 'ended', how: 'ended by signal SIGKILL', againInMs: 1 }, { kind: 'back' }]);
    expect(isProcessAlive(started[1]!.child.pid)).toBe(true);
  });

  it('is given up when it dies again and again, with a longer pause each time', async () => {
    await keep(DIES, DIES, [1, 2, 3]);

    const last = await kept!.givenUp;

    expect(last.pid).toBe(started[3]!.child.pid);
    expect(news.flatMap((item) => (item.kind === 'ended' ? item.againInMs : []))).toEqual([1, 2, 3]);
  });

  it('is given up when it cannot be started any more', async () => {
    await keep(DIES, 'process.exit(3)', [1, 2]);

    await kept!.givenUp;

    expect(news).toMatchObject([{ how: 'ended with exit code 7' }, { how: 'did not start' }]);
  });

  it('is not given up when it lived for long in between', async () => {
    await keep(DIES, DIES, [1], 0);

    await waitUntil('it to be started many times', () => started.length > 4);
    expect(news.flatMap((item) => (item.kind === 'ended' ? item.againInMs : []))).not.toContain(undefined);
  });

  it('is not started again when it was stopped', async () => {
    await keep(SERVES, SERVES, [1]);

    await kept!.stop();

    expect(news).toEqual([]);
    expect(started.map(({ child }) => isProcessAlive(child.pid))).toEqual([false]);
  });
});
