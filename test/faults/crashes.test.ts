import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, APPLY } from '../support/request-ledger.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let its: FaultLane;
useLane((lane) => (its = lane), { settle: leaveOneWorker });

async function leaveOneWorker({ workers, startWorker }: FaultLane): Promise<void> {
  for (const worker of workers()) worker.signal('SIGCONT');
  const newest = workers().at(-1);
  await Promise.all(workers().map(async (worker) => worker === newest || (await worker.stop({ graceMs: 1_000 }))));
  if (workers().length === 0) await startWorker();
}

/** Every request of a run, in the order in which they are sent. */
const STEPS = [
  'GET /organizations/:organization_name/workspaces/:workspace_name',
  'POST /workspaces/:workspace_id/configuration-versions',
  'PUT /_archivist/v1/upload/:token',
  'GET /configuration-versions/:configuration_version_id',
  'POST /runs',
  'GET /runs/:run_id',
  APPLY,
];

describe('kill -9', () => {
  it.each(STEPS)(
    'right after %s: the next worker takes the request on',
    async (route) => {
      const started = await its.start();
      const killing = (async () => {
        await waitUntil(
          `the answer to ${route}`,
          () => its.seen(started, route).some(({ answered }) => typeof answered === 'number'),
          { withinMs: 60_000 },
        );
        await its.killWorkers();
        await its.startWorker();
      })();
      await its.approve(started);
      const ending = await its.ending(started, { withinMs: 90_000 });
      await killing;

      expect(ending).toMatchObject(APPLIED);
      expect(its.runsOf(started)).toHaveLength(1);
    },
    180_000,
  );
});

describe('kill -9 of one of two workers', () => {
  it('over and over: every request of many is applied once', async () => {
    const requests = await Promise.all(Array.from({ length: 12 }, () => its.start()));
    const endings = Promise.all(
      requests.map(async (started) => {
        await its.approve(started);
        return its.ending(started, { withinMs: 150_000 });
      }),
    );
    for (const route of ['PUT /_archivist/v1/upload/:token', 'POST /runs', APPLY]) {
      const newest = await its.startWorker();
      await waitUntil(`some ${route}`, () => requests.some((one) => its.seen(one, route).length > 0), {
        withinMs: 60_000,
      });
      its
        .workers()
        .find((worker) => worker !== newest)
        ?.signal('SIGKILL');
    }

    for (const ending of await endings) expect(ending).toMatchObject(APPLIED);
    for (const started of requests) expect(its.runsOf(started)).toHaveLength(1);
  }, 240_000);
});

describe('SIGSTOP for longer than every timeout, then SIGCONT', () => {
  it.each(['POST /runs', APPLY])(
    'in the middle of %s: nothing is sent twice',
    async (route) => {
      const [stopped] = its.workers();
      its.tfe.faults.add({ match: route, fault: 'slow', ms: 1_000 });
      const started = await its.start();
      const stopping = (async () => {
        await waitUntil(
          `an open ${route}`,
          () => its.seen(started, route).some(({ answered }) => answered === 'open'),
          {
            withinMs: 60_000,
          },
        );
        stopped?.signal('SIGSTOP');
        await its.startWorker();
      })();
      await its.approve(started);
      await stopping;
      const ending = await its.ending(started, { withinMs: 90_000 });
      // Its start-to-close timeout is 30 s: the request has ended without it, and now it comes back.
      stopped?.signal('SIGCONT');

      expect(ending).toMatchObject(APPLIED);
      expect(its.runsOf(started)).toHaveLength(1);
      expect(its.seen(started, APPLY).filter(({ committed }) => committed)).toHaveLength(1);
    },
    180_000,
  );
});

describe('SIGTERM', () => {
  it('during an apply: the worker ends, and the next one reports the apply', async () => {
    const where = await its.workspace();
    its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const started = await its.start({ in: where });
    await its.approve(started);
    await its.until(started, 'the apply', ({ phase }) => phase === 'applying');

    const exit = await its.workers()[0]?.stop({ graceMs: 30_000 });
    await its.startWorker();
    its.tfe.holds.release();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(await its.ending(started, { withinMs: 90_000 })).toMatchObject(APPLIED);
  }, 180_000);

  it('while TFE takes its time to answer: the worker waits for the answer before it ends', async () => {
    await its.killWorkers();
    const worker = await its.startWorker('as-installed');
    // Longer than a worker that is still starting goes on after a signal.
    const { id } = its.tfe.faults.add({ match: APPLY, fault: 'slow', ms: 8_000 });
    const started = await its.start();
    await its.approve(started);
    const isUnderWay = () => its.tfe.faults.list().some((fault) => fault.id === id && fault.bit > 0);
    await waitUntil('the apply to be asked for', isUnderWay, { withinMs: 60_000 });

    const exit = await worker.stop({ graceMs: 60_000 });
    await its.startWorker();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(readFileSync(worker.logFile, 'utf8')).toContain('"message":"worker stopped"');
    expect(await its.ending(started, { withinMs: 90_000 })).toMatchObject(APPLIED);
    expect(its.seen(started, APPLY)).toHaveLength(1);
  }, 180_000);
});
