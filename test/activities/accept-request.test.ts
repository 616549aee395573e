import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Timing } from '@runwright/client/contract';
import { MAY_SEND_WITHIN_MS } from '../../src/activities/sending-window.ts';
import { LEAST_TIMES } from '../../src/domain/time-floors.ts';
import { DEFAULT_TIMEOUTS } from '../../src/tfe/http/timeouts.ts';
import { useActivities, type ActivitiesForTests } from './activities-for-tests.ts';

const started = useActivities();
let its: ActivitiesForTests;
beforeAll(async () => (its = await started()));

const REQUEST = { key: 'key', organization: 'demo', workspace: 'ws', requestedBy: 'ana' };
const AS_INSTALLED = { deps: { allowsShortTimes: false, tfeAddress: 'https://tfe' } };
const FOR_TESTS = { deps: { ...AS_INSTALLED.deps, allowsShortTimes: true } };

describe('accepting a request', () => {
  it('refuses times below what safety rests on, with value and bound', async () => {
    const timing = { commitWindowMs: 300, pollMinMs: 50, actionSettlesMs: 1_000 };

    await expect(its.call('acceptRequest', { ...REQUEST, timing }, AS_INSTALLED)).rejects.toMatchObject({
      type: 'invalid-request',
      nonRetryable: true,
      message: expect.stringContaining('timing.commitWindowMs: 300 ms is too short, the least is 25000 ms'),
      details: [
        {
          changed: 'nothing',
          faults: [
            expect.stringMatching(/^timing\.commitWindowMs: /),
            expect.stringMatching(/^timing\.pollMinMs: /),
            expect.stringMatching(/^timing\.actionSettlesMs: /),
          ],
        },
      ],
    });
  });

  it('takes them where the worker is for tests', async () => {
    const timing = { commitWindowMs: 300, pollMinMs: 50, actionSettlesMs: 1_000 };

    const accepted = await its.call('acceptRequest', { ...REQUEST, timing }, FOR_TESTS);

    expect(accepted.request.timing).toMatchObject(timing);
  });

  it('takes every default, alone and beside the least of other times', async () => {
    const names = Object.keys(LEAST_TIMES) as (keyof Timing)[];
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), async (given) => {
        const timing = Object.fromEntries(given.map((name) => [name, LEAST_TIMES[name]]));

        const accepted = await its.call('acceptRequest', { ...REQUEST, timing }, AS_INSTALLED);

        expect(accepted.request.timing).toMatchObject(timing);
      }),
    );
  });
});

describe('accepting a request under another workflow id', () => {
  it('refuses a workflow id that is not its own', async () => {
    const info = { workflowExecution: { workflowId: 'runwright/tfe/demo/ws/other', runId: 'any' } };

    await expect(its.call('acceptRequest', REQUEST, { ...AS_INSTALLED, info })).rejects.toMatchObject({
      type: 'invalid-request',
      message: expect.stringContaining('can only run as runwright/tfe/demo/ws/key'),
    });
  });
});

describe('the least commit window', () => {
  it('covers a request sent at the last moment and held for as long as its answer is waited for', () => {
    expect(LEAST_TIMES.commitWindowMs).toBeGreaterThanOrEqual(MAY_SEND_WITHIN_MS + DEFAULT_TIMEOUTS.writeMs);
  });
});
