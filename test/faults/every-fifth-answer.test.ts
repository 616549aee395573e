import { afterEach, describe, expect, it } from '@jest/globals';
import { useFaultBench, type FaultBench } from '../support/fault-bench.ts';
import { APPLIED, type StartedRequest } from '../support/request-ledger.ts';
import { waitUntil } from '../support/wait-until.ts';

const bench = useFaultBench();

afterEach(async () => {
  const its = await bench();
  its.tfe.faults.clear();
  expect(await its.violations()).toEqual([]);
});

describe('every fifth answer of all', () => {
  it.each(['drop-after-commit', 'drop-before-commit'] as const)(
    'is lost (%s): each request ends applied, once',
    async (fault) => {
      const its = await bench();
      const { id } = its.tfe.faults.add({ match: '*', fault, every: 5, times: null });
      const requests = await Promise.all(Array.from({ length: 4 }, () => startInspiteOf(its)));
      const endings = requests.map(async (started) => {
        await its.approve(started);
        return its.ending(started, { withinMs: 150_000 }); // mostly 10 s; a create that is lost twice waits twice
      });

      for (const ending of await Promise.all(endings)) expect(ending).toMatchObject(APPLIED);
      expect(its.tfe.faults.list().find((one) => one.id === id)?.bit).toBeGreaterThan(4);
      for (const started of requests) {
        const confirmed = its.runsOf(started).filter(({ status }) => status === 'applied');
        expect(confirmed).toHaveLength(1);
      }
    },
    240_000,
  );
});

/** The workspace is made by this test, not by Runwright: it asks again where the fault strikes its own request. */
async function startInspiteOf(its: FaultBench): Promise<StartedRequest> {
  const where = await waitUntil('a workspace', () => its.workspace());
  return its.start({ in: where });
}
