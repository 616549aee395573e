import { describe, expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import type { OwnTemporal } from '../support/own-temporal.ts';
import { APPLIED, APPLY, CREATE, READ_RUN, UPLOAD, type StartedRequest } from '../support/request-ledger.ts';
import { useLaneOnOwnTemporal } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let temporal: OwnTemporal;
let its: FaultLane;
useLaneOnOwnTemporal((opened) => ({ temporal, its } = opened));

/** Long enough that Temporal is killed while the answer is out. */
const SLOWLY_MS = 1_000;

/** A request at one step, stopped where the two are to die. */
interface Step {
  readonly name: string;
  /** Runs are kept in this status until both are back. */
  readonly held?: 'planning' | 'applying';
  reach(started: StartedRequest): Promise<unknown>;
  /** After Temporal has died, before the worker does. */
  afterTemporalDied?(started: StartedRequest): Promise<unknown>;
  /** What TFE has been asked for when the worker dies: the control that the two died at this step. */
  readonly asked: Readonly<Record<string, number>>;
  readonly approved: 'before' | 'afterwards';
}

const committed = (started: StartedRequest, route: string): number =>
  its.seen(started, route).filter((entry) => entry.committed).length;

const untilOpen = (started: StartedRequest, route: string) =>
  waitUntil(`an open ${route}`, () => its.seen(started, route).some(({ answered }) => answered === 'open'), {
    withinMs: 60_000,
  });

const untilAnswered = (started: StartedRequest, route: string) =>
  waitUntil(`the end of ${route}`, () => its.seen(started, route).some(({ answered }) => answered !== 'open'), {
    withinMs: 60_000,
  });

const untilRead = (started: StartedRequest) =>
  waitUntil('two looks', () => its.seen(started, READ_RUN).length >= 2, { withinMs: 60_000 });

const STEPS: readonly Step[] = [
  {
    name: 'before POST /runs is sent',
    reach: (started) => untilOpen(started, UPLOAD),
    afterTemporalDied: (started) => untilAnswered(started, UPLOAD),
    asked: { [UPLOAD]: 1, [CREATE]: 0, [APPLY]: 0 },
    approved: 'afterwards',
  },
  {
    name: 'when POST /runs was answered, and nobody could be told',
    reach: (started) => untilOpen(started, CREATE),
    afterTemporalDied: (started) => untilAnswered(started, CREATE),
    asked: { [CREATE]: 1, [APPLY]: 0 },
    approved: 'afterwards',
  },
  {
    name: 'while it polls the plan',
    held: 'planning',
    reach: untilRead,
    asked: { [CREATE]: 1, [APPLY]: 0 },
    approved: 'afterwards',
  },
  {
    name: 'between the approval and the apply',
    reach: async (started) => {
      await its.gate(started);
      // Stopped, it takes no notice of the signal, which is in the database before Temporal dies.
      its.workers()[0]!.signal('SIGSTOP');
      await its.approve(started);
    },
    asked: { [CREATE]: 1, [APPLY]: 0 },
    approved: 'before',
  },
  {
    name: 'when the apply was answered, and nobody could be told',
    reach: async (started) => {
      await its.approve(started);
      await untilOpen(started, APPLY);
    },
    afterTemporalDied: (started) => untilAnswered(started, APPLY),
    asked: { [CREATE]: 1, [APPLY]: 1 },
    approved: 'before',
  },
  {
    name: 'while it polls the apply',
    held: 'applying',
    reach: async (started) => {
      await its.approve(started);
      await its.until(started, 'the apply', ({ phase }) => phase === 'applying');
    },
    asked: { [CREATE]: 1, [APPLY]: 1 },
    approved: 'before',
  },
];

describe('the worker, killed while Temporal is down', () => {
  it.each(STEPS)(
    '$name: both come back, and the run is applied once',
    async ({ held, reach, afterTemporalDied, asked, approved }) => {
      const where = await its.workspace();
      if (held) its.tfe.holds.add({ status: held, workspaceId: where.id });
      for (const route of [UPLOAD, CREATE, APPLY]) its.tfe.faults.add({ match: route, fault: 'slow', ms: SLOWLY_MS });
      const started = await its.start({ in: where });
      await reach(started);

      await temporal.kill();
      await afterTemporalDied?.(started);
      await its.killWorkers();
      for (const [route, times] of Object.entries(asked)) {
        expect({ route, committed: committed(started, route) }).toEqual({ route, committed: times });
      }
      await temporal.restart();
      await its.startWorker();
      its.tfe.holds.release();
      if (approved === 'afterwards') await its.approve(started);

      expect(await its.ending(started, { withinMs: 150_000 })).toMatchObject(APPLIED);
      expect(its.runsOf(started)).toHaveLength(1);
      expect(committed(started, APPLY)).toBe(1);
    },
    300_000,
  );
});

// Whoever starts a machine starts both at once: the installed worker waits for Temporal, and is not given up.
describe('a worker that is started while Temporal is down', () => {
  it('waits for it, and takes the request on', async () => {
    const started = await its.start();
    await its.gate(started);
    await temporal.kill();
    await its.killWorkers();

    const [installed] = await Promise.all([its.startWorker('as-installed'), temporal.restart()]);
    await its.approve(started);

    expect(await its.ending(started, { withinMs: 150_000 })).toMatchObject(APPLIED);
    expect(its.workers()).toEqual([installed]);
    expect(its.runsOf(started)).toHaveLength(1);
  }, 300_000);
});
