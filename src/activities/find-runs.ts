import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { RunMode, RunReading, Timing } from '@runwright/client/contract';
import { carriesMarker, lifeOf, type RunMarker } from '../domain/run-marker.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toReading } from './run-reading.ts';
import { lookAgain, lookAgainAfter, toFailure } from './to-failure.ts';

export interface FindRunsInput {
  workspaceId: string;
  marker: RunMarker;
  configurationVersionIds: string[];
  createdAfterMs: number;
  mode: RunMode;
  timing: Timing;
  /** The refusal that people see already: only another one is reported. */
  knownBlocker?: string;
}

export type FoundRuns =
  | {
      kind: 'found';
      /** Every run of the request, oldest first. */
      runs: RunReading[];
      /** Runs of this request's key, made by a life that Temporal has forgotten. */
      earlierLives: RunReading[];
      /** The execution that asked: it may send now. */
      executionRunId: string;
      /** By the clock of the worker that asked. */
      lookedUpAtMs: number;
    }
  /** TFE refused to list the runs several times in a row. */
  | { kind: 'refused'; blocker: string };

/** What one attempt passes to the next, in the heartbeat details. */
interface Progress {
  /** The page to list next; undefined: the list is complete. */
  page: number | undefined;
  lookedUpAtMs: number;
  /** Our runs so far. */
  found: RunReading[];
  /** Runs that the list does not identify: to be read one by one. */
  unread: string[];
  /** The last run of the page before. */
  lastId?: string;
  /** How many attempts in a row TFE did not answer. */
  refusals: number;
}

const PAGE_SIZE = 100; // TFE's maximum: the list budget is 30 requests a minute
// The clocks of TFE and Temporal may differ, so the search starts this long before the request.
const CLOCK_SKEW_MS = 10 * 60_000;
// A restart of TFE or of a proxy takes a moment. People see only a refusal that lasts.
const REFUSALS_BEFORE_NEWS = 3;

export const createFindActivities = (deps: ActivityDeps) => ({
  /**
   * GET one page of the workspace's runs per attempt, newest first, until they are older than the request. GET one run
   * per attempt if the list does not show whose it is.
   */
  async findRuns(input: FindRunsInput): Promise<FoundRuns> {
    const progress = (activityInfo().heartbeatDetails as Progress | undefined) ?? newSearch();
    let next: Progress;
    try {
      next = await goOn(deps, input, progress);
    } catch (error) {
      return afterError(error, input, progress);
    }
    if (next.page === undefined && next.unread.length === 0) return answerOf(next, input);
    heartbeat(next);
    throw lookAgain(`the list is not through: ${next.unread.length} runs to read, page ${next.page ?? 'none'}`, 1);
  },
});

const newSearch = (): Progress => ({ page: 1, lookedUpAtMs: Date.now(), found: [], unread: [], refusals: 0 });

/** Makes one HTTP request. */
async function goOn({ tfe }: ActivityDeps, input: FindRunsInput, progress: Progress): Promise<Progress> {
  const signal = cancellationSignal();
  const [unread, ...others] = progress.unread;
  if (unread !== undefined) {
    const run = toReading(await tfe.runs.read(unread, { signal }));
    return { ...progress, unread: others, found: withOurs(progress.found, [run], input), refusals: 0 };
  }
  const { page = 1 } = progress;
  // TFE leaves plan-only runs out unless asked for them, and then lists nothing else.
  const operations = input.mode === 'plan-only' ? ['plan_only'] : undefined;
  const listed = await tfe.runs.list(
    { workspaceId: input.workspaceId, page, pageSize: PAGE_SIZE, operations },
    { signal },
  );
  const runs = listed.items.map(toReading);
  const last = runs.at(-1);
  // A server without paging returns the same page, or none, again and again.
  const isPastRequest = last === undefined || last.id === progress.lastId || isBefore(last.createdAt, input);
  return {
    ...progress,
    page: isPastRequest ? undefined : listed.nextPage,
    found: withOurs(progress.found, runs, input),
    unread: runs.filter((run) => isUnrecognizable(run) && !isBefore(run.createdAt, input)).map(({ id }) => id),
    ...(last && { lastId: last.id }),
    refusals: 0,
  };
}

/** New runs push older ones onto the next page, so each run counts once. */
function withOurs(found: readonly RunReading[], runs: readonly RunReading[], input: FindRunsInput): RunReading[] {
  const known = new Set(found.map(({ id }) => id));
  const ours = runs.filter((run) => !known.has(run.id) && (isOurs(run, input) || isEarlierLife(run, input)));
  return [...found, ...ours];
}

const answerOf = ({ found, lookedUpAtMs }: Progress, input: FindRunsInput): FoundRuns => ({
  kind: 'found',
  runs: found.filter((run) => isOurs(run, input)).toSorted(byAge),
  earlierLives: found.filter((run) => !isOurs(run, input)).toSorted(byAge),
  executionRunId: activityInfo().workflowExecution?.runId ?? '',
  lookedUpAtMs,
});

/** A listing resumes at its page: TFE allows 30 a minute, so no page is read twice without need. */
function afterError(error: unknown, { knownBlocker, timing }: FindRunsInput, progress: Progress): FoundRuns {
  if (!(error instanceof TfeError)) throw error;
  if (error.kind === 'rate-limited') {
    heartbeat(progress);
    throw toFailure(error, 'with-a-run');
  }
  const refusals = progress.refusals + 1;
  const blocker = `TFE does not list the runs, so it is not known whether there is one already: ${error.message}`;
  if (refusals >= REFUSALS_BEFORE_NEWS && blocker !== knownBlocker) return { kind: 'refused', blocker };
  heartbeat({ ...progress, refusals });
  throw lookAgainAfter(error, refusals < REFUSALS_BEFORE_NEWS ? timing.pollMinMs : timing.pollRefusedMs);
}

const isBefore = (createdAt: string | undefined, { createdAfterMs }: FindRunsInput): boolean =>
  createdAt !== undefined && Date.parse(createdAt) < createdAfterMs - CLOCK_SKEW_MS;

/** TFE's lists identify our runs. If a server's lists do not, reading the run itself may. */
const isUnrecognizable = (run: RunReading): boolean =>
  (run.message ?? '').trim() === '' && run.configurationVersionId === undefined;

const isOurs = (run: RunReading, { marker, configurationVersionIds }: FindRunsInput): boolean =>
  carriesMarker(run.message, marker) ||
  (run.configurationVersionId !== undefined && configurationVersionIds.includes(run.configurationVersionId));

const isEarlierLife = (run: RunReading, { marker }: FindRunsInput): boolean =>
  lifeOf(run.message, marker) === 'earlier';

const byAge = (one: RunReading, other: RunReading): number =>
  (one.createdAt ?? '').localeCompare(other.createdAt ?? '') || one.id.localeCompare(other.id);
