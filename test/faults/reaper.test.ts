import { describe, expect, it } from '@jest/globals';
import type { FaultRequest } from '../../packages/local-tfe/src/control/faults.ts';
import type { FaultLane } from '../support/fault-lane.ts';
import { APPLIED, READ_RUN, type StartedRequest } from '../support/request-ledger.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';
import { REAPER_ROUTES } from './matrix/targets.ts';

let its: FaultLane;
useLane((lane) => (its = lane));

const DISCARD = 'POST /runs/:run_id/actions/discard';
const CANCEL = 'POST /runs/:run_id/actions/cancel';
const ORGANIZATIONS = 'GET /organizations';
const RUNS = 'GET /organizations/:organization_name/runs';
// What a lost answer, a refusal or an unread list leaves is found again by the next pass.
const MOST_PASSES = 5;

interface Scene {
  /** It waits for people, and its workflow lives. */
  readonly living: StartedRequest;
  /** Waits for people, and its workflow was terminated. */
  readonly orphan: StartedRequest;
  /** The same, while it plans. */
  readonly planning: StartedRequest;
  /** The same, while it is applied. */
  readonly applying: StartedRequest;
}

async function openScene(): Promise<Scene> {
  const held = async (status: 'planning' | 'applying'): Promise<StartedRequest> => {
    const where = await its.workspace();
    its.tfe.holds.add({ status, workspaceId: where.id });
    return await its.start({ in: where });
  };
  const scene = {
    living: await its.start(),
    orphan: await its.start(),
    planning: await held('planning'),
    applying: await held('applying'),
  };
  await Promise.all([its.gate(scene.living), its.gate(scene.orphan), its.approve(scene.applying)]);
  await waitUntil('the plan', () => statusOf(scene.planning) === 'planning');
  await waitUntil('the apply', () => statusOf(scene.applying) === 'applying');
  for (const { workflowId } of [scene.orphan, scene.planning, scene.applying])
    await its.temporal.workflow.getHandle(workflowId).terminate('by hand');
  return scene;
}

const statusOf = (started: StartedRequest): string | undefined => its.runsOf(started).at(-1)?.status;

const actsOn = (started: StartedRequest): string[] => {
  const [run] = its.runsOf(started);
  return [DISCARD, CANCEL].filter((route) => its.seen(started, route).some(({ path }) => path.includes(run!.id)));
};

async function reapUntilEnded({ orphan, planning }: Scene): Promise<void> {
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    await its.client.reap({ mode: 'act' });
    if (statusOf(orphan) === 'discarded' && statusOf(planning) === 'canceled') return;
  }
}

/** Orphans have ended; the living run waits as before, and the apply goes on to its end. */
async function expectOnlyOrphansEnded({ living, orphan, planning, applying }: Scene): Promise<void> {
  await waitUntil('the orphans to end', () => statusOf(orphan) === 'discarded' && statusOf(planning) === 'canceled');
  expect([statusOf(living), actsOn(living)]).toEqual(['planned', []]);
  expect([statusOf(applying), actsOn(applying)]).toEqual(['applying', []]);
  its.tfe.holds.release();
  await its.approve(living);
  expect(await its.ending(living)).toMatchObject(APPLIED);
  await waitUntil('the apply to end', () => statusOf(applying) === 'applied');
}

const FAULTS: readonly FaultRequest[] = [
  { match: DISCARD, fault: 'drop-before-commit' },
  { match: DISCARD, fault: 'drop-after-commit' },
  { match: DISCARD, fault: 'error-after-commit' },
  { match: DISCARD, fault: 'rate-limited', times: 2 },
  { match: DISCARD, fault: 'late-commit', ms: 300 },
  { match: CANCEL, fault: 'drop-after-commit' },
  { match: CANCEL, fault: 'rate-limited-html' },
  { match: READ_RUN, fault: 'half-body', times: 2 },
  { match: READ_RUN, fault: 'not-found', times: 2 },
  { match: ORGANIZATIONS, fault: 'error-before-commit', times: 2 },
  { match: RUNS, fault: 'rate-limited', times: 2 },
  { match: RUNS, fault: 'half-body', times: 2 },
  { match: RUNS, fault: 'token-revoked' },
];

// In CI a few, others for another seed (SEED/MINUTES, as of the matrix); by command all.
const slice = process.env['RUNWRIGHT_FAULTS_SLICE'];
const some = <Case>(cases: readonly Case[], count: number): readonly Case[] =>
  slice === undefined ? cases : seededRandom(Number.parseInt(slice, 10)).shuffled(cases).slice(0, count);

describe('the reaper ends orphans and nothing else', () => {
  it.each(some(FAULTS, 3).map((fault) => [`${fault.fault} for ${fault.match}`, fault] as const))(
    'with %s',
    async (_, fault) => {
      const scene = await openScene();
      const { id } = its.tfe.faults.add(fault);

      await reapUntilEnded(scene);

      // Control: the fault struck.
      expect(its.tfe.faults.list().find((one) => one.id === id)?.bit).toBeGreaterThan(0);
      await expectOnlyOrphansEnded(scene);
    },
    180_000,
  );

  it.each(some(REAPER_ROUTES, 1))(
    'when its worker is killed at %s',
    async (match) => {
      const scene = await openScene();
      const { id } = its.tfe.faults.add({ match, fault: 'slow', ms: 1_000 });
      const pass = its.client.reap({ mode: 'act' });

      await waitUntil('the reaper to be there', () => its.tfe.faults.list().find((one) => one.id === id)!.bit > 0);
      await its.killWorkers();
      await its.startWorker();
      await pass;

      await reapUntilEnded(scene);
      await expectOnlyOrphansEnded(scene);
    },
    180_000,
  );
});
