import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openStack, type Stack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal-program.ts';
import { startTemporal, type TemporalServer } from '../../src/stack/temporal-server.ts';
import { openLane, type FaultLane } from '../support/fault-lane.ts';
import type { StartedRequest } from '../support/request-ledger.ts';
import { SEARCH_ATTRIBUTE_TYPES } from '../support/search-attributes.ts';
import { workflowBundle } from '../support/temporal.ts';

let directory: string;
let stack: Stack;
let temporal: TemporalServer;
let its: FaultLane;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'runwright-temporal-restart-'));
  stack = openStack({ directory, environment: process.env });
  const program = await findTemporal(process.env);
  temporal = await startTemporal(stack, {
    program: program.path,
    database: { kind: 'file', path: join(directory, 'temporal.sqlite') },
    ui: 'headless',
    searchAttributes: SEARCH_ATTRIBUTE_TYPES,
  });
  its = await openLane({ temporalAddress: temporal.address, workflowBundle: workflowBundle().codePath });
}, 180_000);
afterAll(async () => {
  await its.close();
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);
afterEach(() => {
  its.tfe.holds.release();
  expect(its.violations()).toEqual([]);
});

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

      expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject({
        kind: 'completed',
        result: { outcome: 'applied', status: 'applied' },
      });
      expect(its.runsOf(started)).toHaveLength(1);
    },
    300_000,
  );

  it('together with the worker, in the middle of POST /runs: one run, applied once', async () => {
    its.tfe.faults.add({ match: 'POST /runs', fault: 'silence-after-commit' });
    const started = await its.start();
    await its.until(started, 'the create', () => its.seen(started, 'POST /runs').length === 1);

    await temporal.kill();
    await its.killWorkers();
    await temporal.restart();
    await its.startWorker();
    await its.approve(started);

    expect(await its.ending(started, { withinMs: 120_000 })).toMatchObject({ result: { outcome: 'applied' } });
    expect(its.runsOf(started)).toHaveLength(1);
  }, 300_000);
});
