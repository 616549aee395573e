import type { RunReading } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation, phaseOfRun, type RunPhase } from '@runwright/client/domain';
import { Alarm } from './inbox/alarm.ts';
import { endOnce } from './end-run.ts';
import { findOurRuns, type FoundRuns, type Patience } from './find-our-runs.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil } from './inbox/look-until.ts';
import { readUnless } from './inbox/read-unless.ts';

/**
 * After a doubt the request may have a second run. All its runs must be known and final before the apply; until then
 * the apply is held, and people see that. True when the request's own run is the one to apply now.
 */
export async function noOtherRunIsConfirmed(context: RequestContext, isWanted: () => boolean): Promise<boolean> {
  const { state } = context;
  if (!state.data.doubted) return isWanted();
  const isDue = (): boolean => !isWanted();
  for (let settled: Settled['kind'] = 'refused'; settled === 'refused' && isWanted();) {
    ({ kind: settled } = await endOtherRuns(context, { isDue, patience: 'until-refused' }));
    if (settled === 'refused') await whileNotListed(context, isWanted);
    if (settled !== 'unsettled' || !isWanted()) continue;
    // If somebody confirmed that run as well, two runs would be applied.
    state.note({ blocker: 'a second run of this request cannot be ended: the apply is held until it is' });
    await readUnless(context, isDue);
    if (isWanted()) return false;
  }
  state.note({ blocker: undefined });
  return isWanted();
}

/** Asks TFE for the list again later. If somebody ends or confirms the run in TFE meanwhile, we follow that. */
async function whileNotListed(context: RequestContext, isWanted: () => boolean): Promise<void> {
  await lookUntil(context, {
    over: () => !isWanted(),
    pace: 'working',
    waitingFor: 'TFE to list the runs, so that no second one is applied',
    deadlineAtMs: Date.now() + context.state.request.timing.pollRefusedMs,
    deadlineSummary: 'ask TFE for the runs again',
    mayContinueAsNew: true,
  });
}

/** `refused`: TFE does not list the runs; the blocker says why. `unsettled`: some of them are neither final nor followed. */
type Settled = { kind: 'settled' | 'refused' | 'given-up' } | { kind: 'unsettled'; notEnded: readonly RunReading[] };

export const notEndedOf = (settled: Settled): readonly RunReading[] =>
  settled.kind === 'unsettled' ? settled.notEnded : [];

/**
 * Ends all runs of this request but its own, after any doubt. Called while the run is queued, before the apply, and at
 * the end, also if the request has no run.
 */
export async function endOtherRuns(
  context: RequestContext,
  wait: { isDue: () => boolean; patience: Patience },
): Promise<Settled> {
  if (!context.state.data.doubted) return { kind: 'settled' };
  const found = await findOurRuns(context, wait);
  if (found.kind !== 'found') return found;
  return await settleOtherRuns(context, found, wait.isDue);
}

/** The same within the request's cleanup time: a refused listing must not hold up the end of a request. */
export async function endOtherRunsInTime(context: RequestContext): Promise<Settled> {
  const { state } = context;
  if (!state.data.doubted) return { kind: 'settled' };
  const atMs = Date.now() + state.request.timing.cleanupMs;
  const alarm = new Alarm(state.inbox, { atMs, summary: 'the look-up of other runs is given up' });
  const settled = await endOtherRuns(context, { isDue: () => alarm.hasRung, patience: 'until-refused' });
  alarm.stop();
  return settled;
}

/** Ends what may be ended. A run past its confirmation becomes the request's own, so that no second one is applied. */
export async function settleOtherRuns(
  context: RequestContext,
  { runs, earlierLives }: FoundRuns,
  isDue: () => boolean = () => false,
): Promise<Settled> {
  const { state } = context;
  const notEnded: RunReading[] = [];
  const own = state.data.reading?.id; // if another run is followed instead, `follow` ends and reports this one
  await endEarlierLives(context, earlierLives, isDue);
  for (const run of runs) {
    if (run.id === own || run.id === state.data.reading?.id) continue;
    const comment = `A second run of request ${state.request.key}, created by a lost request.`;
    const ended = mayApplyItself(context, run) ? run : await endOther(context, run, comment, isDue);
    if (isPastConfirmation(ended) || mayApplyItself(context, ended)) await follow(context, ended);
    else {
      if (!isFinalRun(ended)) notEnded.push(ended);
      state.warn(aboutSecondRun(ended));
    }
  }
  return notEnded.length === 0 ? { kind: 'settled' } : { kind: 'unsettled', notEnded };
}

/**
 * Ends, unapplied, the waiting runs of an earlier life of this key that Temporal has forgotten. Reports all of them.
 */
export async function endEarlierLives(
  context: RequestContext,
  runs: readonly RunReading[],
  isDue: () => boolean = () => false,
): Promise<void> {
  const { state } = context;
  for (const run of runs) {
    if (isFinalRun(run) && run.status !== 'applied') continue;
    const comment = `Of an earlier life of request ${state.request.key}, which Temporal does not know any more.`;
    const ended = await endOther(context, run, comment, isDue);
    state.warn(`an earlier life of this request left run ${ended.id}: ${statusOf(ended)}`);
  }
}

/**
 * TFE may apply the other run before we can end it. The request's own run is queued behind it and allows no empty apply
 * (create-run.ts), so TFE cannot apply that one by itself. Following the other run therefore loses nothing.
 */
function mayApplyItself({ state }: RequestContext, run: RunReading): boolean {
  const own = state.data.reading;
  if (own === undefined || run.allowEmptyApply !== true || own.allowEmptyApply === true) return false;
  return phaseOfRun(own) === 'queued' && APPLIES_ITSELF_FROM.includes(phaseOfRun(run));
}

const APPLIES_ITSELF_FROM: readonly RunPhase[] = ['queued', 'planning', 'checking'];

async function follow(context: RequestContext, other: RunReading): Promise<void> {
  const { state } = context;
  const { reading: own } = state.data;
  if (own !== undefined && isPastConfirmation(own)) {
    return state.warn(`run ${other.id} of this request was confirmed as well: ${statusOf(other)}`);
  }
  state.warn(
    `a lost or repeated request had created run ${other.id}, and TFE says it is ${other.status}: it is this request's run now`,
  );
  state.adopt(other);
  await readUnless(context, () => state.canceled); // a list tells less than the run does: no counts
  if (own === undefined || isFinalRun(own)) return;
  const ended = await endOther(context, own, `Request ${state.request.key} goes on with another run: ${other.id}.`);
  state.warn(aboutSecondRun(ended));
}

/** Ends a run that is not the request's own, unless it was confirmed. Returns the run as TFE shows it afterwards. */
async function endOther(
  context: RequestContext,
  run: RunReading,
  comment: string,
  isDue: () => boolean = () => false,
): Promise<RunReading> {
  const { state } = context;
  let reading = run;
  const mayBeEnded = (): boolean => !isFinalRun(reading) && !isPastConfirmation(reading);
  if (!mayBeEnded()) return reading;
  const atMs = Date.now() + state.request.timing.cleanupMs;
  const cleanup = new Alarm(state.inbox, { atMs, summary: `the cleanup of ${run.id} is given up` });
  const isWanted = (): boolean => mayBeEnded() && !cleanup.hasRung && !isDue();
  while (isWanted()) {
    await endOnce(context, {
      reading: () => reading,
      take: (news) => void (reading = news.reading ?? reading),
      comment,
      isWanted,
    });
  }
  cleanup.stop();
  return reading;
}

// Always the same words, so that a repeated listing does not warn twice.
const aboutSecondRun = (run: RunReading): string =>
  `a lost or repeated request had created a second run, ${run.id}: ${statusOf(run)}`;

function statusOf(run: RunReading): string {
  if (isPastConfirmation(run)) return `TFE says it is ${run.status}`;
  return isFinalRun(run) ? `it was ended unapplied (${run.status})` : `it is still ${run.status} in TFE: end it there`;
}
