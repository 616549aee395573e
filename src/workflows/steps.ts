import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/common';
import { activityQueuesOf } from '../contract/names.ts';
import type { RunActivities } from '../activities/index.ts';

/**
 * Every activity with its queue, its summary in TFE's words, and its retry class. Each number has its reason here.
 * An activity attempt is one HTTP request (design D1); the HTTP timeouts stand in src/tfe/timeouts.ts.
 */

// HTTP timeout 20 s, plus time for the worker to report it.
const REQUEST = { startToCloseTimeout: '30s', cancellationType: ActivityCancellationType.TRY_CANCEL } as const;

// A read may be repeated for ever: what is refused for good is thrown as non-retryable by to-failure.ts.
const READ: ActivityOptions = {
  ...REQUEST,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
};

// Worth a few tries, never worth holding a run up.
const OPTIONAL: ActivityOptions = {
  ...REQUEST,
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
};

// A second request may be a second run, or a second act on one: the workflow looks before it repeats (design D2, D3).
// The heartbeat tells of a killed worker within seconds.
const WRITE: ActivityOptions = { ...REQUEST, heartbeatTimeout: '10s', retry: { maximumAttempts: 1 } };

// Failing benignly is how a wait costs no history and no slot (design D4). The delay is set by each failure;
// the interval counts only when a worker died in the middle of a look.
const WATCH: ActivityOptions = {
  ...REQUEST,
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
};

// The archive may be large: the client gives an upload 17 min, noticed within seconds when the worker dies.
const UPLOAD: ActivityOptions = { ...WATCH, startToCloseTimeout: '20m' };

// Pure parsing, no request: run inside the workflow task.
const LOCAL: LocalActivityOptions = { startToCloseTimeout: '10s' };

/** The steps of a request, bound to the queues of this workflow's installation. */
export function createSteps(taskQueue: string) {
  const { now, poll, list } = activityQueuesOf(taskQueue);
  const step = <Name extends keyof RunActivities>(name: Name, options: ActivityOptions): RunActivities[Name] =>
    proxyActivities<RunActivities>(options)[name] as RunActivities[Name];
  return {
    acceptRequest: proxyLocalActivities<RunActivities>(LOCAL).acceptRequest,
    checkWorkspace: step('checkWorkspace', { ...READ, taskQueue: now, summary: 'GET workspace: may this run here?' }),
    createConfigurationVersion: step('createConfigurationVersion', {
      ...READ, // a lost answer leaves an unused configuration version, which is harmless
      heartbeatTimeout: '10s',
      taskQueue: now,
      summary: 'POST configuration-versions: create the configuration version',
    }),
    uploadConfiguration: step('uploadConfiguration', {
      ...UPLOAD,
      taskQueue: now,
      summary: 'PUT configuration: upload it and wait until TFE has processed it',
    }),
    createRun: step('createRun', { ...WRITE, taskQueue: now, summary: 'POST /runs: create the run' }),
    findRuns: step('findRuns', { ...READ, taskQueue: list, summary: 'GET runs: look up a run whose answer was lost' }),
    readRun: step('readRun', { ...READ, taskQueue: now, summary: 'GET run: look now' }),
    watchRun: step('watchRun', { ...WATCH, taskQueue: poll, summary: 'GET run: wait until something changes' }),
    findOverridable: step('findOverridable', {
      ...READ,
      taskQueue: now,
      summary: 'GET policy checks and task stages: what holds the run',
    }),
    overridePolicy: step('overridePolicy', { ...WRITE, taskQueue: now, summary: 'POST override: as a person decided' }),
    applyRun: step('applyRun', { ...WRITE, taskQueue: now, summary: 'POST apply: confirm the approved run' }),
    findOwnApply: step('findOwnApply', { ...READ, taskQueue: now, summary: 'GET comments: whose apply is this?' }),
    discardRun: step('discardRun', { ...WRITE, taskQueue: now, summary: 'POST discard: give the run up' }),
    cancelRun: step('cancelRun', { ...WRITE, taskQueue: now, summary: 'POST cancel: ask TFE to stop the run' }),
    readOutputs: step('readOutputs', { ...OPTIONAL, taskQueue: now, summary: 'GET state version: read the outputs' }),
    readLogAddress: step('readLogAddress', {
      ...OPTIONAL,
      taskQueue: now,
      summary: 'GET plan or apply: where its log is',
    }),
    readLogTail: step('readLogTail', { ...OPTIONAL, taskQueue: now, summary: 'GET log: why it failed' }),
  };
}
export type Steps = ReturnType<typeof createSteps>;
