import { expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import { requestsIn } from '../support/invariants/runs-of.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';
import { REAPER_ROUTES, TARGETS } from './matrix/targets.ts';

let its: FaultLane;
useLane((lane) => (its = lane));

/** Of the bench itself, which makes its workspaces. */
const OF_THE_BENCH = ['POST /organizations', 'POST /organizations/:organization_name/workspaces'];

// A route that no target strikes is one at which nobody knows what a fault does.
it('every route that Runwright calls is struck by a target of the matrix, or by the faults of the reaper', async () => {
  for (const { story, held, files, match } of TARGETS) {
    const where = await its.workspace();
    if (held) its.tfe.holds.add({ status: held, workspaceId: where.id });
    const started = await its.start({ in: where, ...(files && { files }) });
    // Some stories go on only when something has struck: this does no harm.
    await story(its, started, {
      arm: async () => void its.tfe.faults.add({ match, fault: 'slow', ms: 1 }),
      hasStruck: async () =>
        void (await waitUntil('a strike', () => its.tfe.faults.list().some(({ bit }) => bit > 0), {
          withinMs: 60_000,
        })),
    });
    await its.ending(started);
    its.tfe.faults.clear();
    its.tfe.holds.release();
  }
  await its.client.reap({ mode: 'act' });

  const called = new Set(requestsIn({ journal: its.tfe.journal.entries() }).map(({ route }) => route));
  const struck = new Set<string>([...TARGETS.map(({ match }) => match), ...REAPER_ROUTES, ...OF_THE_BENCH]);
  expect([...called].filter((route) => !struck.has(route))).toEqual([]);
  // And none is struck in vain.
  expect([...struck].filter((route) => !called.has(route))).toEqual([]);
}, 300_000);
