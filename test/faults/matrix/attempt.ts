import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { RunEnding } from '../../../src/client/index.ts';
import type { FaultLane } from '../../support/fault-lane.ts';
import type { CaseResult } from '../../support/fault-report.ts';
import type { StartedRequest } from '../../support/request-ledger.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { nameOf, REFUSALS, type Case } from './cases.ts';
import { driveOn, endingName } from './drive-on.ts';
import { happens, mayEndAs } from './second-events.ts';
import { REFUSED } from './targets.ts';

const OUTAGE_MS = 1_500;
// What it waits for may never come: the event has taken the request elsewhere.
const STORY_GOES_ON_FOR_MS = 2_000;
// How often a fault that lasts strikes before it is lifted where no second event is waited for.
const STRIKES = 3;

/** One case, from a clean lane to a clean lane; whatever goes wrong stands in its result. */
export async function attempt(lane: FaultLane, one: Case): Promise<CaseResult> {
  const startedAt = performance.now();
  const run = new Attempt(lane, one);
  const seen: { problem?: string; leaks: string[] } = { leaks: [] };
  try {
    const started = await run.start();
    const ending = one.event ? await run.withSecondEvent(started) : await run.withoutSecondEvent(started);
    expectEnding(one, ending);
    seen.leaks = await lane.leaksOf(started);
    if (one.event) await leavesNothing(lane, started);
  } catch (error) {
    seen.problem = error instanceof Error ? error.message : String(error);
  }
  const { target, fault, worker } = one;
  const result: CaseResult = {
    ...{ target: target.name, name: nameOf(one), fault, worker, event: one.event, struck: run.struck() },
    leaks: seen.leaks,
    violations: await lane.violations(),
    problem: seen.problem,
    seconds: (performance.now() - startedAt) / 1_000,
  };
  lane.tfe.faults.clear();
  lane.tfe.holds.release();
  if (lane.workers().length === 0) await lane.startWorker();
  return result;
}

class Attempt {
  private readonly lane: FaultLane;
  private readonly one: Case;
  private faultId: string | undefined;
  /** Deaths of the worker at its moment, and strikes of a fault that is lifted. */
  private counted = 0;

  constructor(lane: FaultLane, one: Case) {
    this.lane = lane;
    this.one = one;
  }

  /** How often the fault struck, or the worker died at its moment. */
  struck(): number {
    const { bit = 0 } = this.lane.tfe.faults.list().find(({ id }) => id === this.faultId) ?? {};
    return bit + this.counted;
  }

  readonly arm = (): void => {
    const { target, fault, lasts, besides } = this.one;
    if (this.faultId !== undefined || fault === 'none') return;
    const strikes = { ms: this.one.event ? 1_500 : 150, reset: this.one.event ? 1.5 : 0.35 };
    const times = lasts === 'once' ? 1 : null;
    this.faultId = this.lane.tfe.faults.add({ match: target.match, fault, times, ...strikes }).id;
    if (besides) this.lane.tfe.faults.add(besides);
  };

  async start(): Promise<StartedRequest> {
    const { lane, one } = this;
    const { target, worker, event } = one;
    const where = await lane.workspace();
    if (target.held) lane.tfe.holds.add({ status: target.held, workspaceId: where.id });
    if (worker.startsWith('dies')) await this.replaceWorker();
    // What is asked first is asked at once.
    if (target.beforeARun) this.arm();
    return await lane.start({
      in: where,
      ...(target.files && { files: target.files }),
      ...(event === 'deadline' && { deadlines: target.deadlines }),
    });
  }

  async withoutSecondEvent(started: StartedRequest): Promise<RunEnding> {
    const { lane, one } = this;
    const besides = this.disturb();
    await one.target.story(lane, started, this.arm);
    const ending = await lane.ending(started, { withinMs: 90_000 });
    await besides;
    return ending;
  }

  /** The event comes when the fault strikes; then the request is taken to its end, wherever that has brought it. */
  async withSecondEvent(started: StartedRequest): Promise<RunEnding> {
    const { lane, one } = this;
    const story = one.target.story(lane, started, this.arm).catch(() => undefined); // the event may have ended it
    await waitUntil('the fault to strike', () => this.struck() > 0, { withinMs: 60_000 });
    await happens(one.event!, lane, started).catch(() => undefined); // the request may have ended before
    if (one.lasts === 'until lifted') await this.lift();
    await driveOn(lane, started);
    const ending = await lane.ending(started, { withinMs: 90_000 });
    await Promise.race([story, pause(STORY_GOES_ON_FOR_MS)]);
    return ending;
  }

  private async lift(): Promise<void> {
    const isOver = async (): Promise<boolean> => this.struck() >= STRIKES;
    await waitUntil('a few strikes', isOver, { withinMs: 6_000 }).catch(() => undefined); // one that waits is asked no more
    this.counted = this.struck();
    this.lane.tfe.faults.clear();
  }

  private async disturb(): Promise<void> {
    const { lane, one } = this;
    if (one.lasts === 'until lifted') {
      await waitUntil('the fault to strike', () => this.struck() > 0, { withinMs: 60_000 });
      await this.lift();
    }
    switch (one.worker) {
      case 'lives':
        return;
      case 'dies before it sends':
      case 'dies before it reports':
        await waitUntil('the worker to die', () => lane.workers().length === 0, { withinMs: 60_000 });
        this.counted += 1;
        break;
      case 'killed with TFE':
      case 'killed':
        // The window that a crash needs: TFE has the request, and the worker does not know what became of it.
        await waitUntil('the fault to strike', () => this.struck() > 0, { withinMs: 60_000 });
        await lane.killWorkers();
        if (one.worker === 'killed with TFE') await lane.tfe.outage(OUTAGE_MS);
    }
    await lane.startWorker();
  }

  /** By one that ends itself at a moment which nobody could hit from outside. */
  private async replaceWorker(): Promise<void> {
    const { lane, one } = this;
    await lane.killWorkers();
    await lane.startWorker({
      dies: one.worker === 'dies before it sends' ? 'before sending' : 'before reporting',
      at: one.target.match,
    });
  }
}

function expectEnding({ target, fault, worker, event, lasts }: Case, ending: RunEnding): void {
  if (event)
    return expect([endingName(ending), mayEndAs(event, endingName(ending))]).toEqual([endingName(ending), true]);
  const isRefused = target.beforeARun && fault !== 'none' && REFUSALS.includes(fault) && lasts === 'once';
  // The refusal may die with the worker that got it: then TFE is asked again, and refuses nothing any more.
  const diedWithIt = worker !== 'lives' && ending.kind === 'completed';
  expect(ending).toMatchObject(isRefused && !diedWithIt ? REFUSED : target.ending);
}

/** What a terminated life left behind is for the reaper; of all others there is nothing. */
async function leavesNothing(lane: FaultLane, started: StartedRequest): Promise<void> {
  await lane.client.reap({ mode: 'act' });
  const isOver = (status: string): boolean =>
    ['applied', 'planned_and_finished', 'errored', 'canceled', 'force_canceled', 'discarded'].includes(status);
  await waitUntil('every run of the request to be final', () =>
    lane.runsOf(started).every(({ status }) => isOver(status)),
  );
}
