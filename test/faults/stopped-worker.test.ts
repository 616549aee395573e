import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, CREATE, type StartedRequest } from '../support/request-ledger.ts';
import { workflowBundle } from '../support/temporal.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

let its: FaultLane;
useLane((lane) => (its = lane), { firstWorker: 'none' });

const startPart = (name: 'now-queue-worker' | 'other-queues-worker') =>
  its.startWorker({
    program: fileURLToPath(new URL(`../support/${name}.ts`, import.meta.url)),
    workflowBundle: workflowBundle().codePath,
  });

/** The process that Temporal has given the create to, while it waits for its answer. */
async function holderOfCreate({ workflowId }: StartedRequest): Promise<string | undefined> {
  const { raw } = await its.temporal.workflow.getHandle(workflowId).describe();
  const create = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'createRun');
  return create?.lastWorkerIdentity?.split('@')[0];
}

// The kernel of a stopped process still takes what the server sends to its open poll.
it('what Temporal hands to a stopped worker is not sent when the worker goes on, after it was given up', async () => {
  const writer = await startPart('now-queue-worker');
  await startPart('other-queues-worker');
  its.tfe.faults.add({ match: CREATE, fault: 'drop-before-commit' });
  const started = await its.start({ timing: { commitWindowMs: 5_000 } });
  await its.until(started, 'the doubt', ({ inDoubt }) => inDoubt !== undefined);
  writer.signal('SIGSTOP');
  const isHeld = async () => (await holderOfCreate(started)) === `${writer.pid}`;
  await waitUntil('the second create to be given to the stopped worker', isHeld, { withinMs: 120_000 });
  await its.cancel(started);
  const ending = await its.ending(started, { withinMs: 120_000 });

  writer.signal('SIGCONT');
  // That it works on another request shows that it is through with what it was given before.
  const next = await its.start();
  await its.approve(next);

  expect(await its.ending(next, { withinMs: 120_000 })).toMatchObject(APPLIED);
  expect(ending).toMatchObject({ kind: 'canceled' });
  expect(its.runsOf(started)).toEqual([]);
  expect(its.seen(started, CREATE).map(({ answered }) => answered)).toEqual(['dropped', 201]);
  expect(await its.violations()).toEqual([]);
}, 400_000);
