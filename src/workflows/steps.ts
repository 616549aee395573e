import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/common';
import { activityQueuesOf } from '@runwright/client/contract';
import type { RunActivities } from '../activities/index.ts';

/**
 * Every activity with its queue, its summary in TFE's words, and its retry class. Each number has its reason here. An
 * activity attempt is one HTTP request (docs/adr/0002), except for an act on a run (docs/adr/0013). The HTTP timeouts
 * are in src/tfe/http/timeouts.ts.
 */

/** A step that has not begun yet: `ask` and `askUnless` (stand-still.ts) begin it and wait for its answer. */
export interface Step<Answer> {
  begin(): Promise<Answer>;
}

// HTTP timeout 20 s, plus time for the worker to report it.
const REQUEST = { startToCloseTimeout: '30s', cancellationType: ActivityCancellationType.TRY_CANCEL } as const;

// A read may be repeated for ever: to-failure.ts throws what is refused for good as non-retryable.
const READ: ActivityOptions = {
  ...REQUEST,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
};

// Worth a few tries, never worth a delay of the run.
const OPTIONAL: ActivityOptions = {
  ...REQUEST,
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
};

// The activity itself counts its failures and the time that it waited for TFE. The hour is for workers that die in it.
const WAITED: ActivityOptions = {
  ...REQUEST,
  scheduleToCloseTimeout: '1h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
};

// A second request may make a second run or act on a run twice, so the workflow looks before it repeats. The heartbeat
// shows within seconds that a worker was killed, but not sooner than 5 s after it can last have sent
// (activities/sending-window.ts). If we give a write up, we wait for its end: only then is it certain that it was not
// sent.
const WRITE: ActivityOptions = {
  ...REQUEST,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 1 },
};

// The same for an act on a run, which first looks at the run (docs/adr/0013). That read may take 15 s.
const ACT: ActivityOptions = { ...WRITE, startToCloseTimeout: '45s' };

// A wait that fails benignly costs no history and no slot. Each failure sets its own delay; the interval counts only
// when a worker died in the middle of a look.
const WATCH: ActivityOptions = {
  ...REQUEST,
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
};

// The archive may be large: the client gives an upload 17 min. The heartbeat shows within seconds that the worker died.
const UPLOAD: ActivityOptions = { ...WATCH, startToCloseTimeout: '20m' };

// Pure parsing, no request: run inside the workflow task.
const LOCAL: LocalActivityOptions = { startToCloseTimeout: '10s' };

/** The steps of a request, bound to the queues of this workflow's installation. */
export function createSteps(taskQueue: string) {
  const { now, poll, upload, list } = activityQueuesOf(taskQueue);
  const step = <Name extends keyof RunActivities>(name: Name, options: ActivityOptions): StepOf<RunActivities[Name]> =>
    asStep(proxyActivities<RunActivities>(options)[name]);
  return {
    acceptRequest: asStep(proxyLocalActivities<RunActivities>(LOCAL).acceptRequest),
    checkWorkspace: step('checkWorkspace', { ...READ, taskQueue: now, summary: 'GET workspace: may this run here?' }),
    createConfigurationVersion: step('createConfigurationVersion', {
      ...READ, // a lost answer leaves an unused configuration version, which is harmless
      heartbeatTimeout: '10s',
      taskQueue: now,
      summary: 'POST configuration-versions: create the configuration version',
    }),
    uploadConfiguration: step('uploadConfiguration', {
      ...UPLOAD,
      taskQueue: upload,
      summary: 'PUT configuration: upload it and wait until TFE has processed it',
    }),
    createRun: step('createRun', { ...WRITE, taskQueue: now, summary: 'POST /runs: create the run' }),
    findRuns: step('findRuns', { ...WATCH, taskQueue: list, summary: 'GET runs: look up a run whose answer was lost' }),
    readRun: step('readRun', { ...READ, heartbeatTimeout: '10s', taskQueue: now, summary: 'GET run: look now' }),
    readPlan: step('readPlan', { ...OPTIONAL, taskQueue: now, summary: 'GET plan: what people are to decide on' }),
    watchRun: step('watchRun', { ...WATCH, taskQueue: poll, summary: 'GET run: wait until something changes' }),
    // A step that advances or ends the run must not wait behind the looks of all others.
    watchClosely: step('watchRun', { ...WATCH, taskQueue: now, summary: 'GET run: has TFE done what it was asked?' }),
    findOverridable: step('findOverridable', {
      ...OPTIONAL, // this step does not look at the run: its caller does, and asks again (override-policies.ts)
      taskQueue: now,
      summary: 'GET policy checks and task stages: what holds the run',
    }),
    overridePolicy: step('overridePolicy', {
      ...ACT,
      taskQueue: now,
      summary: 'GET run, POST override: as a person decided',
    }),
    applyRun: step('applyRun', { ...ACT, taskQueue: now, summary: 'GET run, POST apply: confirm the approved run' }),
    findOwnApply: step('findOwnApply', { ...OPTIONAL, taskQueue: now, summary: 'GET comments: whose apply is this?' }),
    discardRun: step('discardRun', { ...ACT, taskQueue: now, summary: 'GET run, POST discard: give the run up' }),
    cancelRun: step('cancelRun', { ...ACT, taskQueue: now, summary: 'GET run, POST cancel: ask TFE to stop it' }),
    readOutputs: step('readOutputs', { ...WAITED, taskQueue: now, summary: 'GET state version: read the outputs' }),
    readLogAddress: step('readLogAddress', {
      ...OPTIONAL,
      taskQueue: now,
      summary: 'GET plan or apply: where its log is',
    }),
    readErrorSummaries: step('readErrorSummaries', {
      ...OPTIONAL,
      taskQueue: now,
      summary: 'GET log: the summaries of its errors',
    }),
  };
}
export type Steps = ReturnType<typeof createSteps>;

type StepOf<Activity> = Activity extends (input: infer Input) => Promise<infer Answer>
  ? (input: Input) => Step<Answer>
  : never;

function asStep<Activity>(activity: Activity): StepOf<Activity> {
  const begin = activity as (input: unknown) => Promise<unknown>;
  return ((input: unknown) => ({ begin: () => begin(input) })) as StepOf<Activity>;
}

export type AnswerOf<Of> = Of extends (input: never) => Step<infer Answer> ? Answer : never;
