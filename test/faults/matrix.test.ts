import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLane, type FaultLane } from '../support/fault-lane.ts';
import { isGood, reportOf, type CaseResult } from '../support/fault-report.ts';
import { temporalAddress, workflowBundle } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';
import { casesOf, REFUSALS, REFUSED, type Case } from './cases.ts';

const LANES = 2;
const slice = process.env['RUNWRIGHT_FAULTS_SLICE'];
const cases = casesOf(slice, LANES);
const results: CaseResult[] = [];
let lanes: FaultLane[] = [];

// All at once, over all lanes: mostly they wait, for a dead worker's heartbeat or a silent TFE.
beforeAll(
  async () => {
    const options = { temporalAddress: temporalAddress(), workflowBundle: workflowBundle().codePath };
    lanes = await Promise.all(Array.from({ length: LANES }, () => openLane(options)));
    const left = [...cases];
    const oneAfterAnother = async (lane: FaultLane): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) results.push(await attempt(lane, next));
    };
    await Promise.all(lanes.map(oneAfterAnother));
  },
  2 * 60 * 60_000,
);

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  process.stderr.write(`${reportOf(results, slice === undefined ? 'the whole matrix' : `slice ${slice}`)}\n`);
}, 60_000);

describe('a request survives every fault, with and without a killed worker', () => {
  it.each([...new Set(cases.map(({ target }) => target.name))])('%s', (target) => {
    const own = results.filter((result) => result.target === target);

    expect(own).toHaveLength(cases.filter((one) => one.target.name === target).length);
    expect(own.filter((result) => !isGood(result))).toEqual([]);
  });
});

/** One case, from a clean lane to a clean lane; whatever goes wrong stands in its result. */
async function attempt(lane: FaultLane, { target, fault, worker }: Case): Promise<CaseResult> {
  const startedAt = performance.now();
  const seen: { problem?: string; leaks: string[] } = { leaks: [] };
  let faultId = '';
  const struck = (): number => lane.tfe.faults.list().find(({ id }) => id === faultId)?.bit ?? 0;
  try {
    const where = await lane.workspace();
    if (target.held) lane.tfe.holds.add({ status: target.held, workspaceId: where.id });
    const arm = (): void => void (faultId = lane.tfe.faults.add({ match: target.match, fault, ms: 150 }).id);
    const started = await lane.start({ in: where, ...(target.files && { files: target.files }) });
    const killing = worker === 'killed' ? killWhen(lane, () => struck() > 0) : undefined;
    await target.story(lane, started, arm);
    const ending = await lane.ending(started, { withinMs: 90_000 });
    await killing;
    const isRefused = target.beforeARun && REFUSALS.includes(fault);
    // The refusal may die with the worker that got it: then TFE is asked again, and refuses nothing any more.
    const diedWithIt = worker === 'killed' && ending.kind === 'completed';
    expect(ending).toMatchObject(isRefused && !diedWithIt ? REFUSED : target.ending);
    seen.leaks = await lane.leaksOf(started);
  } catch (error) {
    seen.problem = error instanceof Error ? error.message : String(error);
  }
  const result: CaseResult = {
    ...{ target: target.name, fault, worker, struck: struck(), leaks: seen.leaks },
    violations: await lane.violations(),
    problem: seen.problem,
    seconds: (performance.now() - startedAt) / 1_000,
  };
  lane.tfe.faults.clear();
  lane.tfe.holds.release();
  if (lane.workers().length === 0) await lane.startWorker();
  return result;
}

/** The window that a crash needs: TFE has the request, and the worker does not know what became of it. */
async function killWhen(lane: FaultLane, isTime: () => boolean): Promise<void> {
  await waitUntil('the fault to strike', isTime, { withinMs: 60_000 });
  await lane.killWorkers();
  await lane.startWorker();
}
