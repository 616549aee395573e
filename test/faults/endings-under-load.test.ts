import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RunEnding } from '@runwright/client';
import { activityQueuesOf, SEARCH_ATTRIBUTES, taskQueueOf } from '@runwright/client/contract';
import type { FaultLane } from '../support/fault-lane.ts';
import { setQueueRate, waitingIn } from '../support/queue-load.ts';
import type { StartedRequest } from '../support/request-ledger.ts';
import { stepsToTheEnd, type StepsToTheEnd } from '../support/steps-to-the-end.ts';
import { useLane } from '../support/use-lane.ts';
import { waitUntil } from '../support/wait-until.ts';

// One worker, the times that a request has where it says nothing, and the rates that a worker keeps: more runs wait for
// people than can be looked at as often as they should be.
const WATCHED = 300;
const STARTED_AT_A_TIME = 30;
const EXPIRING = 4;
const APPROVAL_MS = 90_000;
const IN_LINE = 100;
// Until all wait, and when all is seen, nothing is measured: an operator lets it go faster.
const HASTE = { now: 60, poll: 30, upload: 30 } as const;

const HOW = ['canceled', 'rejected', 'expired'] as const;
type How = (typeof HOW)[number];

let its: FaultLane;
let others: StartedRequest[] = [];
let looked: ReadonlySet<string>;
const ended = new Map<How, Ended>();

interface Ended extends StepsToTheEnd {
  readonly started: StartedRequest;
  readonly ending: RunEnding;
}

useLane((lane) => (its = lane), { timing: {} });

beforeAll(async () => {
  await setRates(HASTE);
  while (others.length < WATCHED - EXPIRING) others.push(...(await startSome(WATCHED - EXPIRING - others.length)));
  await untilAtTheGate(others.length);
  const expiring = await Promise.all(
    Array.from({ length: EXPIRING }, () => its.start({ deadlines: { approvalMs: APPROVAL_MS } })),
  );
  await Promise.all(expiring.map((started) => its.gate(started)));
  await setRates({});
  const standInLine = async (): Promise<boolean> => (await waitingIn(its.temporal, queues().poll)) > IN_LINE;
  await waitUntil('the looks to stand in line', standInLine, { withinMs: APPROVAL_MS });
  const [canceled, rejected] = lookedAtLast(others) as [StartedRequest, StartedRequest];
  others = others.filter((started) => started !== canceled && started !== rejected);
  const before = its.tfe.journal.entries().at(-1)!.seq;

  await its.cancel(canceled);
  await its.note('reject', rejected, runOf(rejected).id);
  await keepEnding('canceled', canceled);
  await keepEnding('rejected', rejected);
  const { sinceMs } = await keepEnding('expired', expiring[0]!);
  await Promise.all(expiring.map((started) => its.ending(started, { withinMs: 4 * 60_000 })));
  await keepEnding('expired', lookedAtLast(expiring, sinceMs)[0]!);

  const everyOther = others.map((started) => runOf(started).id);
  looked = await waitUntil('a look at each of the others', () => allOf(everyOther, before), { withinMs: 5 * 60_000 });
  await endTheOthers();
}, 30 * 60_000);

describe(`one of ${WATCHED} runs that are watched`, () => {
  it.each(HOW)('is %s with TFE’s own state, by three requests at most, ahead of all looks', (how) => {
    const { started, ending, sinceMs, queues: asked } = ended.get(how)!;
    const { id, status } = runOf(started);

    expect(ending).toMatchObject(how === 'canceled' ? { kind: 'canceled' } : { result: { outcome: how, status } });
    expect(status).toBe('discarded');
    expect(asked).toEqual([queues().now]);
    // An act looks first; then TFE is asked what became of it.
    const itsOwn = requestsAfter(0).filter(({ path, at }) => path.includes(id) && Date.parse(at) >= sinceMs);
    expect(itsOwn.length > 3 ? itsOwn.map(({ route, at }) => `${at} ${route}`) : []).toEqual([]);
  });

  // Control.
  it('ends while all others are looked at', () => {
    expect(looked.size).toBeGreaterThanOrEqual(WATCHED - EXPIRING - 2);
  });
});

const queues = () => activityQueuesOf(taskQueueOf(its.installation));

const runOf = (started: StartedRequest) => its.runsOf(started).at(-1)!;

function requestsAfter(after: number) {
  return its.tfe.journal.entries({ kind: 'request', after }).filter((entry) => entry.kind === 'request');
}

async function keepEnding(how: How, started: StartedRequest): Promise<Ended> {
  const ending = await its.ending(started, { withinMs: 4 * 60_000 });
  const one = { started, ending, ...(await stepsToTheEnd(its.temporal, started, how)) };
  ended.set(how, one);
  return one;
}

/** The one that was looked at last comes first: a round of all looks goes by before it is its turn again. */
function lookedAtLast(among: readonly StartedRequest[], beforeMs = Number.POSITIVE_INFINITY): StartedRequest[] {
  const byRun = new Map(among.map((started) => [runOf(started).id, started]));
  const looks = requestsAfter(0).filter(({ at }) => Date.parse(at) < beforeMs);
  return [...new Set(looks.toReversed().flatMap(({ path }) => byRun.get(path.split('/').at(-1)!) ?? []))];
}

/** Those that were looked at since; undefined while some of them were not. */
function allOf(runIds: readonly string[], after: number): ReadonlySet<string> | undefined {
  const seen = new Set(requestsAfter(after).map(({ path }) => path.split('/').at(-1)!));
  return runIds.every((id) => seen.has(id)) ? seen : undefined;
}

async function setRates(rates: Partial<typeof HASTE>): Promise<void> {
  const { now, poll, upload } = queues();
  await setQueueRate(its.temporal, now, rates.now);
  await setQueueRate(its.temporal, poll, rates.poll);
  await setQueueRate(its.temporal, upload, rates.upload);
}

const startSome = (left: number): Promise<StartedRequest[]> =>
  Promise.all(Array.from({ length: Math.min(left, STARTED_AT_A_TIME) }, () => its.start()));

async function untilAtTheGate(wanted: number): Promise<void> {
  const query = `TaskQueue = "${taskQueueOf(its.installation)}" AND ${SEARCH_ATTRIBUTES.phase.name} = "awaiting-confirmation"`;
  const areThere = async (): Promise<boolean> => (await its.temporal.workflow.count(query)).count >= wanted;
  await waitUntil(`${wanted} runs at the gate`, areThere, { withinMs: 12 * 60_000 });
}

/** They are held to the promises too. */
async function endTheOthers(): Promise<void> {
  await setRates(HASTE);
  await Promise.all(others.map((started) => its.cancel(started)));
  await Promise.all(others.map((started) => its.ending(started, { withinMs: 8 * 60_000 })));
}
