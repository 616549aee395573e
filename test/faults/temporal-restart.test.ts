import { describe, expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import type { OwnTemporal } from '../support/own-temporal.ts';
import { APPLIED, CREATE, type StartedRequest } from '../support/request-ledger.ts';
import { useLaneOnOwnTemporal } from '../support/use-lane.ts';

let temporal: OwnTemporal;
let its: FaultLane;
useLaneOnOwnTemporal((opened) => ({ temporal, its } = opened));

type Phase = 'preparing' | 'planning' | 'awaiting-confirmation' | 'applying';

/** Runs are kept in this status, so that the phase lasts. */
const HELD = { planning: 'planning', applying: 'applying' } as const;

const reach: Record<Phase, (started: StartedRequest) => Promise<unknown>> = {
  preparing: () => Promise.resolve(),
  planning: (started) => its.until(started, 'the run', ({ runId }) => runId !== undefined),
  'awaiting-confirmation': (started) => its.gate(started),
  applying: async (started) => {
    await its.approve(started);
    await its.until(started, 'the apply', ({ phase }) => phase === 'applying');
  },
};

describe('Temporal, killed and started again on its database file', () => {
  it.each(['preparing', 'planning', 'awaiting-confirmation', 'applying'] as const)(
    'while a request is %s: it goes on',
    async (phase) => {
      const where = await its.workspace();
      if (phase === 'planning' || phase === 'applying')
        its.tfe.holds.add({ status: HELD[phase], workspaceId: where.id });
      const started = await its.start({ in: where });
      await reach[phase](started);

      await temporal.kill();
      await temporal.restart();
      its.tfe.holds.release();
      if (phase !== 'applying') await its.approve(started);

      expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
      expect(its.runsOf(started)).toHaveLength(1);
    },
    300_000,
  );

  it('together with the worker, in the middle of POST /runs: one run, applied once', async () => {
    its.tfe.faults.add({ match: CREATE, fault: 'silence-after-commit' });
    const started = await its.start();
    await its.until(started, 'the create', () => its.seen(started, CREATE).length === 1);

    await temporal.kill();
    await its.killWorkers();
    await temporal.restart();
    await its.startWorker();
    await its.approve(started);

    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject(APPLIED);
    expect(its.runsOf(started)).toHaveLength(1);
  }, 300_000);
});
