import { expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { REQUEST_RATES } from '../../src/temporal/request-rates.ts';
import type { FaultLane } from '../support/fault-lane.ts';
import { withinBudget, mostIn } from '../support/invariants/request-rate.ts';
import { useLane } from '../support/use-lane.ts';

let its: FaultLane;
useLane((lane) => (its = lane), { settle: letThemGo });

// Together they want to look many times as often as they may.
const REQUESTS = 25;
const EAGER = { pollMinMs: 100, pollWorkingMaxMs: 100, pollPeopleMaxMs: 100 };
const WATCHED_FOR_MS = 12_000;
// An act reads its run first, and a look that finds a plan reads that too: an attempt of these queues is two requests at most.
const { now, poll, upload, list } = REQUEST_RATES;
const BUDGET = { perSecond: 2 * (now + poll) + upload + list, burst: 0 };

async function letThemGo({ tfe, client }: FaultLane): Promise<void> {
  for (const run of tfe.runs()) if (run.status === 'planned') await cancelRequestOf(client, run.message);
}

async function cancelRequestOf(client: FaultLane['client'], message: string): Promise<void> {
  const workflowId = /(runwright\/\S+)/.exec(message)?.[1];
  if (workflowId === undefined) return;
  await client.cancel(workflowId);
  await client.result(workflowId);
}

it.each([1, 2, 4])(
  '%i workers together ask no more than the budget over any ten seconds, and use it',
  async (workers) => {
    while (its.workers().length < workers) await its.startWorker();
    const before = its.tfe.journal.entries().at(-1)?.seq ?? 0;
    const requests = await Promise.all(Array.from({ length: REQUESTS }, () => its.start({ timing: EAGER })));
    await Promise.all(requests.map((one) => its.gate(one)));

    await pause(WATCHED_FOR_MS);

    const journal = its.tfe.journal.entries({ after: before });
    const most = mostIn(10_000, { journal });
    process.stderr.write(`I5: ${workers} workers, ${REQUESTS} requests: at most ${most} requests to TFE in 10 s\n`);
    expect(withinBudget({ journal, runs: [], requests: [], budget: BUDGET })).toEqual([]);
    // Control: the queues were full.
    expect(most).toBeGreaterThan(10 * poll);
  },
  240_000,
);
