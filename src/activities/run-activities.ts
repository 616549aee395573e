import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { FailureType } from '../contract/failure-types.ts';
import type { RunReading } from '../contract/run-reading.ts';
import type { RunMode, RunOptions } from '../contract/run-request.ts';
import { carriesMarker, type RunMarker } from '../domain/run-marker.ts';
import type { CreateRun } from '../tfe/runs.ts';
import { TfeError } from '../tfe/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toReading } from './run-reading.ts';
import { openSendingWindow } from './sending-window.ts';
import { toFailure } from './to-failure.ts';
import { withHeartbeat } from './with-heartbeat.ts';

export interface CreateRunInput {
  workspaceId: string;
  configurationVersionId?: string;
  /** Ends in the marker. */
  message: string;
  options: RunOptions;
  /** Run id of the execution that may send (design D2): after a reset, nothing is sent. */
  sender: string;
  /** When the request was started, in its first life. */
  startedAtMs: number;
  /** When the request last looked for its run; a namespace restored since then has forgotten what was sent. */
  lookedUpAtMs?: number;
}

export type CreateRunAnswer =
  | { kind: 'created'; run: RunReading }
  | { kind: 'refused'; type: FailureType; message: string }
  | { kind: 'later'; retryAfterMs: number }
  /** `earlier-life`: nothing was sent; if there is a run, an execution that is forgotten by now created it. */
  | { kind: 'in-doubt'; why: string; sentBy?: 'earlier-life' };

export interface FindRunsInput {
  workspaceId: string;
  marker: RunMarker;
  configurationVersionIds: string[];
  createdAfterMs: number;
  mode: RunMode;
}

export interface FoundRuns {
  /** Every run of the request, oldest first. */
  runs: RunReading[];
  /** The execution in which this was asked: it may send now. */
  executionRunId: string;
  /** By the clock of the worker that asked. */
  lookedUpAtMs: number;
}

/** What a look brings along: the counts of plan and apply, and who confirmed. TFE refuses an include that it does not know. */
export const RUN_INCLUDES = ['plan', 'apply'] as const;

const RATE_LIMIT_WITHOUT_RESET_MS = 1_000;
const PAGE_SIZE = 100; // TFE's maximum: the list budget is 30 requests a minute
// Clocks of TFE and Temporal may differ; a run is looked for from this long before the request.
const CLOCK_SKEW_MS = 10 * 60_000;

export const createRunActivities = ({ tfe, restoredAtMs, attemptState }: ActivityDeps) => ({
  /**
   * POST /runs, at most once. Answers what is certain; everything else is doubt, whatever its type: an allow-list,
   * because a list of the bad ones always misses one.
   */
  async createRun(input: CreateRunInput): Promise<CreateRunAnswer> {
    const { workflowExecution } = activityInfo();
    if (workflowExecution?.runId !== input.sender) {
      const why = 'another execution of this request may have created the run (it was reset)';
      return { kind: 'in-doubt', why, sentBy: 'earlier-life' };
    }
    const [whyNot, restored] = await Promise.all([openSendingWindow({ attemptState }), restoredAtMs()]);
    if (restored !== undefined && Math.max(input.startedAtMs, input.lookedUpAtMs ?? 0) < restored) {
      const why = 'the namespace was restored from a backup, which may have forgotten the run';
      return { kind: 'in-doubt', why, sentBy: 'earlier-life' };
    }
    const tooLate = whyNot();
    if (tooLate !== undefined) return { kind: 'in-doubt', why: tooLate };
    try {
      const run = await withHeartbeat((signal) => tfe.runs.create(createOptions(input), { signal }));
      return { kind: 'created', run: toReading(run) };
    } catch (error) {
      return answerOfRefusal(error);
    }
  },

  /** GET the workspace's runs, newest first, until they are older than the request: one page an attempt is enough for most. */
  async findRuns(input: FindRunsInput): Promise<FoundRuns> {
    const { workflowExecution } = activityInfo();
    const lookedUpAtMs = Date.now();
    try {
      const runs: RunReading[] = [];
      for (const run of await listSince(tfe, input)) runs.push(await recognizable(tfe, run, input));
      return {
        runs: runs.filter((run) => isOurs(run, input)).toSorted(byAge),
        executionRunId: workflowExecution?.runId ?? '',
        lookedUpAtMs,
      };
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },

  /** GET run, now: for nudges and for whoever must know. */
  async readRun({ runId }: { runId: string }): Promise<RunReading> {
    try {
      return toReading(await tfe.runs.read(runId, { include: RUN_INCLUDES, signal: cancellationSignal() }));
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },
});

function answerOfRefusal(error: unknown): CreateRunAnswer {
  const why = error instanceof TfeError ? error.message : 'the worker failed while it sent the request';
  if (!(error instanceof TfeError)) return { kind: 'in-doubt', why };
  switch (error.kind) {
    case 'rate-limited': // refused before anything is executed
      return { kind: 'later', retryAfterMs: error.facts.retryAfterMs ?? RATE_LIMIT_WITHOUT_RESET_MS };
    case 'unauthorized':
      return { kind: 'refused', type: 'unauthorized', message: `${why}: check the token (runwright doctor)` };
    case 'forbidden':
    case 'not-found':
      return {
        kind: 'refused',
        type: 'permission-missing',
        message: `${why}: the token may not queue runs here, or the workspace is gone`,
      };
    case 'invalid': // 400 and 422 are TFE's own words; other 4xx come from whatever stands before it
      if (error.facts.status === 400 || error.facts.status === 422)
        return { kind: 'refused', type: 'run-refused', message: why };
      return { kind: 'in-doubt', why };
    case 'conflict':
      return { kind: 'refused', type: 'run-refused', message: why };
    case 'too-large':
    case 'server':
    case 'no-answer':
    case 'unreadable-answer':
      return { kind: 'in-doubt', why };
  }
}

function createOptions({ workspaceId, configurationVersionId, message, options }: CreateRunInput): CreateRun {
  const flag = (value: 'yes' | 'no' | undefined) => (value === undefined ? undefined : value === 'yes');
  return {
    workspaceId,
    configurationVersionId,
    message,
    autoApply: false,
    isDestroy: options.mode === 'destroy',
    planOnly: options.mode === 'plan-only',
    refreshOnly: options.mode === 'refresh-only' ? true : undefined,
    refresh: flag(options.refresh),
    savePlan: flag(options.savePlan),
    allowEmptyApply: flag(options.allowEmptyApply),
    allowConfigGeneration: flag(options.allowConfigGeneration),
    debuggingMode: flag(options.debuggingMode),
    terraformVersion: options.terraformVersion,
    targetAddresses: options.targets,
    replaceAddresses: options.replace,
    invokeActionAddresses: options.invokeActions,
    policyPaths: options.policyPaths,
    variables: options.variables,
  };
}

async function listSince(tfe: ActivityDeps['tfe'], input: FindRunsInput): Promise<RunReading[]> {
  const found = new Map<string, RunReading>(); // new runs push older ones onto the next page, where they are listed again
  // TFE leaves plan-only runs out unless they are asked for, and then lists nothing else.
  const operations = input.mode === 'plan-only' ? ['plan_only'] : undefined;
  for (let page: number | undefined = 1; page !== undefined;) {
    const listed = await tfe.runs.list(
      { workspaceId: input.workspaceId, page, pageSize: PAGE_SIZE, operations },
      { signal: cancellationSignal() },
    );
    const known = found.size;
    for (const run of listed.items) found.set(run.id, toReading(run));
    const isPastRequest = isBefore(listed.items.at(-1)?.createdAt, input);
    // A server that does not know pages gives the same one again and again.
    page = isPastRequest || found.size === known ? undefined : listed.nextPage;
  }
  return [...found.values()];
}

const isBefore = (createdAt: string | undefined, { createdAfterMs }: FindRunsInput): boolean =>
  createdAt !== undefined && Date.parse(createdAt) < createdAfterMs - CLOCK_SKEW_MS;

/** TFE's lists show by what a run of ours is known; where a server's do not, the run itself may. */
async function recognizable(tfe: ActivityDeps['tfe'], run: RunReading, input: FindRunsInput): Promise<RunReading> {
  const isShown = (run.message ?? '').trim() !== '' || run.configurationVersionId !== undefined;
  if (isShown || isBefore(run.createdAt, input)) return run;
  return toReading(await tfe.runs.read(run.id, { signal: cancellationSignal() }));
}

const isOurs = (run: RunReading, { marker, configurationVersionIds }: FindRunsInput): boolean =>
  carriesMarker(run.message, marker) ||
  (run.configurationVersionId !== undefined && configurationVersionIds.includes(run.configurationVersionId));

const byAge = (one: RunReading, other: RunReading): number =>
  (one.createdAt ?? '').localeCompare(other.createdAt ?? '') || one.id.localeCompare(other.id);
