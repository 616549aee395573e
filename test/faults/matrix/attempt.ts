import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { RunEnding } from '@runwright/client';
import type { Deadlines } from '@runwright/client/contract';
import type { FaultLane } from '../../support/fault-lane.ts';
import type { CaseResult } from '../../support/fault-report.ts';
import type { StartedRequest } from '../../support/request-ledger.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { nameOf, REFUSALS, type Case } from './cases.ts';
import { driveOn, endingName } from './drive-on.ts';
import { happens, mayEndAs } from './second-events.ts';
import type { Trap } from './stories.ts';
import { REFUSED } from './targets.ts';

const OUTAGE_MS = 1_500;
// What it waits for may never come: the event has taken the request elsewhere.
const STORY_GOES_ON_FOR_MS = 2_000;
// How often a fault that lasts strikes before it is lifted where no second event is waited for.
const STRIKES = 3;

// A deadline passes by itself: on a slow machine before the request has come to its moment. Then the case proves nothing.
const LONGER_DEADLINES = [1, 3, 9];

/** One case, from a clean lane to a clean lane; whatever goes wrong stands in its result. */
export async function attempt(lane: FaultLane, one: Case): Promise<CaseResult> {
  const startedAt = performance.now();
  let result: CaseResult | undefined;
  for (const times of one.event === 'deadline' ? LONGER_DEADLINES : [1]) {
    result = { ...(await attemptOnce(lane, one, times)), seconds: (performance.now() - startedAt) / 1_000 };
    if (result.struck > 0) break;
  }
  return result!;
}

async function attemptOnce(lane: FaultLane, one: Case, deadlineTimes: number): Promise<Omit<CaseResult, 'seconds'>> {
  const run = new Attempt(lane, one, deadlineTimes);
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
  const result = {
    ...{ target: target.name, name: nameOf(one), fault, worker, event: one.event, struck: run.struck() },
    leaks: seen.leaks,
    violations: await lane.violations(),
    problem: seen.problem,
  };
  lane.tfe.faults.clear();
  lane.tfe.holds.release();
  // One that is to die and did not would die in the next case.
  if (worker.startsWith('dies') && result.struck === 0) await lane.killWorkers();
  if (lane.workers().length === 0) await lane.startWorker();
  return result;
}

class Attempt implements Trap {
  private readonly lane: FaultLane;
  private readonly one: Case;
  private readonly deadlineTimes: number;
  private faultId: string | undefined;
  /** Deaths of the worker at its moment, and strikes of a fault that is lifted. */
  private counted = 0;

  constructor(lane: FaultLane, one: Case, deadlineTimes: number) {
    this.lane = lane;
    this.one = one;
    this.deadlineTimes = deadlineTimes;
  }

  /** How often the fault struck, or the worker died at its moment. */
  struck(): number {
    const { bit = 0 } = this.lane.tfe.faults.list().find(({ id }) => id === this.faultId) ?? {};
    return bit + this.counted;
  }

  async arm(): Promise<void> {
    const { target, fault, lasts, besides } = this.one;
    if (this.isMortal && target.isLate) await this.replaceWorker();
    if (this.faultId !== undefined || fault === 'none') return;
    const strikes = { ms: this.one.event ? 1_500 : 150, reset: this.one.event ? 1.5 : 0.35 };
    const times = lasts === 'once' ? 1 : null;
    this.faultId = this.lane.tfe.faults.add({ match: target.match, fault, times, ...strikes }).id;
    if (besides) this.lane.tfe.faults.add(besides);
  }

  async hasStruck(): Promise<void> {
    await waitUntil('the fault to strike', () => this.struck() > 0, { withinMs: 60_000 });
  }

  async start(): Promise<StartedRequest> {
    const { lane, one } = this;
    const { target, event } = one;
    const where = await lane.workspace();
    if (target.held) lane.tfe.holds.add({ status: target.held, workspaceId: where.id });
    if (this.isMortal && !target.isLate) await this.replaceWorker();
    // What is asked first is asked at once.
    if (target.beforeARun) await this.arm();
    return await lane.start({
      in: where,
      ...(target.files && { files: target.files }),
      ...(event === 'deadline' && { deadlines: this.deadlines() }),
    });
  }

  async withoutSecondEvent(started: StartedRequest): Promise<RunEnding> {
    const { lane, one } = this;
    const besides = this.disturb();
    besides.catch(() => undefined); // it is awaited below, unless the story fails first
    await one.target.story(lane, started, this);
    const ending = await lane.ending(started, { withinMs: 90_000 });
    await besides;
    return ending;
  }

  /** The event comes when the fault strikes; then the request is taken to its end, wherever that has brought it. */
  async withSecondEvent(started: StartedRequest): Promise<RunEnding> {
    const { lane, one } = this;
    const story = one.target.story(lane, started, this).catch(() => undefined); // the event may have ended it
    await this.hasStruckOrEnded(started);
    await happens(one.event!, lane, started).catch(() => undefined); // the request may have ended before
    if (one.lasts === 'until lifted') await this.lift();
    await driveOn(lane, started);
    const ending = await lane.ending(started, { withinMs: 90_000 });
    await Promise.race([story, pause(STORY_GOES_ON_FOR_MS)]);
    return ending;
  }

  /** A deadline may pass before. */
  private async hasStruckOrEnded({ workflowId }: StartedRequest): Promise<void> {
    if (this.one.event !== 'deadline') return await this.hasStruck();
    const handle = this.lane.temporal.workflow.getHandle(workflowId);
    const isOver = async (): Promise<boolean> =>
      this.struck() > 0 || (await handle.describe()).status.name !== 'RUNNING';
    await waitUntil('the fault to strike, or the deadline', isOver, { withinMs: 60_000 });
  }

  private deadlines(): Partial<Deadlines> {
    const own = Object.entries(this.one.target.deadlines).map(([name, ms]) => [name, ms * this.deadlineTimes]);
    return Object.fromEntries(own) as Partial<Deadlines>;
  }

  private get isMortal(): boolean {
    return this.one.worker.startsWith('dies');
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
      await this.hasStruck();
      await this.lift();
    }
    switch (one.worker) {
      case 'lives':
        return;
      case 'dies before it sends':
      case 'dies before it reports':
        await this.hasStruck();
        break;
      case 'killed with TFE':
      case 'killed':
        // The window that a crash needs: TFE has the request, and the worker does not know what became of it.
        await this.hasStruck();
        await lane.killWorkers();
        if (one.worker === 'killed with TFE') await lane.tfe.outage(OUTAGE_MS);
    }
    await lane.startWorker();
  }

  /** By one that ends itself at a moment which nobody could hit from outside. */
  private async replaceWorker(): Promise<void> {
    const { lane, one } = this;
    await lane.killWorkers();
    const mortal = await lane.startWorker({
      dies: one.worker === 'dies before it sends' ? 'before sending' : 'before reporting',
      at: one.target.match,
    });
    void mortal.exited.then(() => (this.counted += 1));
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
