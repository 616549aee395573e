import { activityInfo, cancellationSignal, sleep } from '@temporalio/activity';
import type { Phase, RunReading, Timing } from '@runwright/client/contract';
import { isEmptyAndConfirmable, isPastConfirmation, phaseOfRun } from '@runwright/client/domain';
import { pollDelayMs, type Pace } from '../domain/poll-delay.ts';
import { plannedChangesOf, type PlannedChanges } from '../domain/planned-changes.ts';
import { lifeOf } from '../domain/run-marker.ts';
import type { Workspace } from '../tfe/resources/workspaces.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { forgetRefusals, isOfRefusedLook, lastsAfter, refusedLook } from './refused-look.ts';
import { RUN_INCLUDES, toReading } from './run-reading.ts';
import { isRefusal, lookAgain, lookAgainAfter, standStill, toFailure } from './to-failure.ts';
import { withHeartbeat } from './with-heartbeat.ts';

export interface WatchInput {
  runId: string;
  workspaceId: string;
  /** Of this request: Temporal gives an activity only its own execution. */
  firstExecutionRunId: string;
  /** What the workflow knows: only a difference is news. */
  known: { phase: Phase; blocker?: string; confirmation?: 'assumed'; emptyAndConfirmable?: true };
  pace: Pace;
  waitStartedAtMs: number;
  /**
   * Until then a change between TFE's own working phases is no news: nobody watches so closely, and it costs history.
   */
  quietUntilMs?: number;
  /** By then an act should have taken effect: from then on the look answers with whatever the run shows. */
  settlesAtMs?: number;
  /** The apply was accepted. Until then TFE may still show the run as waiting for it (a 202 only queues it). */
  applySettlesAtMs?: number;
  /** TFE lets a run without changes rest, so it waits for people. */
  restsEmpty?: true;
  /** Set until the planned changes are known: the look that finds the plan finished also reads them. */
  plannedChanges?: 'wanted';
  timing: Timing;
  /** Set while an apply is held: the end of the pause is news too. */
  pausedIn?: { organization: string; workspace: string };
}

export interface ReadRunInput {
  runId: string;
  /** The blocker that people see already. */
  knownBlocker?: string;
}

export interface News {
  reading?: RunReading;
  plannedChanges?: PlannedChanges;
  /** What keeps the run from going on; null = nothing any more. */
  blocker?: string | null;
  /** TFE has answered 404 several times in a row. */
  gone?: true;
  pause?: 'over';
  /** Read after `settlesAtMs`. */
  settled?: true;
  /**
   * The run that holds the workspace belongs to this very request: something on the way to TFE has sent `POST /runs`
   * twice. Or a life of this request that Temporal has forgotten made it.
   */
  heldBy?: { kind: 'own-run' | 'earlier-life'; run: RunReading };
}

// While a run is queued, every third look reads from the workspace which run holds it, and then reads that run once.
const WORKSPACE_EVERY = 3;

export const createWatchActivities = (deps: ActivityDeps) => ({
  /**
   * One look at a run. Returns when there is news, else fails benignly with the delay until the next look: a wait costs
   * no history and no slot (decision D4). Every error is retried: we do not give up a run that exists (D14).
   */
  async watchRun(input: WatchInput): Promise<News> {
    const { attempt } = activityInfo();
    if (attempt === 1 && input.pace === 'working') await sleep(firstLookAfterMs(input.timing));
    if (input.pausedIn && (await deps.findPause(input.pausedIn)) === undefined) return { pause: 'over' };
    const { known, settlesAtMs } = input;
    try {
      if (known.phase === 'queued' && settlesAtMs === undefined && attempt % WORKSPACE_EVERY === 0)
        return await lookAtWorkspace(deps, input);
      return await lookAtRun(deps, input);
    } catch (error) {
      return afterError(error, input);
    }
  },

  /**
   * GET run, now: for nudges, and before anything is repeated or given up. Also answers a refusal that lasts: the
   * caller must not wait until TFE shows the run again.
   */
  async readRun({ runId, knownBlocker }: ReadRunInput): Promise<News> {
    try {
      const reading = toReading(await readWithHeartbeat(deps, runId));
      return { reading, ...(isOfRefusedLook(knownBlocker) && { blocker: null }) };
    } catch (error) {
      if (!isRefusal(error)) throw toFailure(error, 'with-a-run');
      const refused = refusedLook(error);
      if (refused.blocker === knownBlocker || lastsAfter()) return refused;
      throw toFailure(error, 'with-a-run');
    }
  },
});

/** TFE may need longer than a worker counts as alive without a heartbeat. Keeps the details of earlier heartbeats. */
const readWithHeartbeat = ({ tfe }: ActivityDeps, runId: string) =>
  withHeartbeat(
    (signal) => tfe.runs.read(runId, { include: RUN_INCLUDES, signal }),
    () => activityInfo().heartbeatDetails,
  );

async function lookAtRun(deps: ActivityDeps, input: WatchInput): Promise<News> {
  const run = await readWithHeartbeat(deps, input.runId);
  const reading: RunReading = { ...toReading(run), ...(input.restsEmpty && { restsEmpty: true }) };
  const isRefusalOver = isOfRefusedLook(input.known.blocker);
  if (isNews(reading, input)) {
    const changes = await plannedChangesFor(deps.tfe, reading, input);
    return { reading, ...changes, ...(input.pausedIn ? {} : { blocker: null }) };
  }
  if (isRefusalOver) return { reading, blocker: null };
  if (input.settlesAtMs !== undefined && Date.now() >= input.settlesAtMs) return { reading, settled: true };
  forgetRefusals();
  throw lookAgain(`${reading.id} is ${reading.status}`, delayOf(input));
}

// Far below the longest time of an attempt, whatever times the request sets.
const LONGEST_FIRST_LOOK_MS = 1_000;

/**
 * TFE has just received the request. An immediate look would see nothing, and the next would come a second later at the
 * soonest, because Temporal times its retries no finer (docs/adr/0007). After two fifths of the shortest pause, a short
 * plan has already ended.
 */
export const firstLookAfterMs = ({ pollMinMs }: Pick<Timing, 'pollMinMs'>): number =>
  Math.min(Math.round(pollMinMs * 0.4), LONGEST_FIRST_LOOK_MS);

const WORKING: readonly Phase[] = ['queued', 'planning', 'checking'];

function isNews(reading: RunReading, { known, quietUntilMs = 0, applySettlesAtMs = 0 }: WatchInput): boolean {
  const phase = phaseOfRun(reading);
  const nowMs = Date.now();
  // An apply that was accepted counts as begun. That TFE shows it is reported once it has taken long enough to be
  // looked at.
  if (phase === known.phase) {
    if (nowMs < quietUntilMs) return false;
    const isConfirmed = known.confirmation === 'assumed' && isPastConfirmation(reading);
    return isConfirmed || (isEmptyAndConfirmable(reading) && known.emptyAndConfirmable !== true);
  }
  if (phase === 'awaiting-confirmation' && known.phase === 'applying' && nowMs < applySettlesAtMs) return false;
  return !(WORKING.includes(phase) && WORKING.includes(known.phase) && nowMs < quietUntilMs);
}

/** People decide on what a plan would change, or wanted only to see it. */
function isPlanToBeSeen(reading: RunReading): boolean {
  const phase = phaseOfRun(reading);
  return (
    phase === 'awaiting-confirmation' || (phase === 'finished' && reading.planOnly && reading.hasChanges !== false)
  );
}

/**
 * Addresses and actions of the plan, once per run and in the same attempt (docs/adr/0006). No value of a resource
 * crosses history. If a server shows no plan JSON, the counts must do.
 */
async function plannedChangesFor(
  tfe: ActivityDeps['tfe'],
  reading: RunReading,
  { plannedChanges }: WatchInput,
): Promise<Pick<News, 'plannedChanges'>> {
  const { planId } = reading;
  if (plannedChanges !== 'wanted' || planId === undefined || !isPlanToBeSeen(reading)) return {};
  try {
    const plan = await tfe.plans.readRedactedJson(planId, { signal: cancellationSignal() });
    return { plannedChanges: plannedChangesOf(plan) };
  } catch (error) {
    if (!(error instanceof TfeError)) throw error;
    return {}; // then `readPlan` reads it by itself, with its own tries
  }
}

async function lookAtWorkspace(deps: ActivityDeps, input: WatchInput): Promise<News> {
  const workspace = await deps.tfe.workspaces.readById(input.workspaceId, {
    include: 'locked_by',
    signal: cancellationSignal(),
  });
  const holder = holderOf(workspace);
  const blocker = holder === input.runId ? undefined : blockerOf(workspace, holder);
  if (blocker === input.known.blocker) {
    const delayMs = delayOf(input);
    throw blocker === undefined ? lookAgain(`${input.runId} is queued`, delayMs) : standStill(blocker, delayMs);
  }
  if (blocker === undefined) return { blocker: null };
  const heldBy = holder === undefined ? undefined : await kinOf(deps, holder, input);
  return { blocker, ...(heldBy && { heldBy }) };
}

/** The run that holds the workspace; undefined if none does (a person may still have locked it). */
const holderOf = ({ locked, lockedBy, currentRunId }: Workspace): string | undefined =>
  locked ? (lockedBy?.type === 'runs' ? lockedBy.id : undefined) : currentRunId;

/** In one sentence; undefined = nothing keeps the run from going on. */
function blockerOf({ locked, lockedBy, lockedReason }: Workspace, holder: string | undefined): string | undefined {
  if (holder !== undefined) return `${holder} holds the workspace: this run is queued behind it`;
  const because = lockedReason ? `: ${lockedReason}` : '';
  return locked
    ? `the workspace is locked${lockedBy ? ` by ${lockedBy.name ?? lockedBy.id}` : ''}${because}`
    : undefined;
}

async function kinOf(
  { tfe, installation, namespaceId }: ActivityDeps,
  runId: string,
  { firstExecutionRunId }: WatchInput,
): Promise<News['heldBy']> {
  try {
    const run = toReading(await tfe.runs.read(runId, { signal: cancellationSignal() }));
    const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
    const life = lifeOf(run.message, { installation, namespaceId, workflowId, firstExecutionRunId });
    return life && { kind: life === 'own' ? 'own-run' : 'earlier-life', run };
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** A refusal that lasts is news, once. After any other error we look again. */
function afterError(error: unknown, input: WatchInput): News {
  if (!isRefusal(error)) throw withDelay(error, input);
  const refused = refusedLook(error);
  if (input.known.blocker === refused.blocker) throw standStill(error.message, input.timing.pollRefusedMs);
  if (lastsAfter()) return refused;
  throw standStill(error.message, delayOf(input));
}

function withDelay(error: unknown, input: WatchInput): unknown {
  if (!(error instanceof TfeError)) return error;
  if (error.facts.retryAfterMs !== undefined) return toFailure(error, 'with-a-run');
  return lookAgainAfter(error, delayOf(input));
}

function delayOf({ pace, waitStartedAtMs, settlesAtMs, timing }: WatchInput): number {
  const nowMs = Date.now();
  const delayMs = pollDelayMs({ startedAtMs: waitStartedAtMs, pace }, nowMs, timing);
  return settlesAtMs !== undefined && nowMs < settlesAtMs ? Math.min(delayMs, settlesAtMs - nowMs + 1) : delayMs;
}
