/** Names that client, worker and workflow must agree on. */

export const WORKFLOW_TYPE = 'terraformRun';

/** Memo field with the digest of the request. It reveals that a key was already used for another request. */
export const DIGEST_MEMO = 'runwrightDigest';

// Temporal allows 1000 bytes; SQL visibility stores keep 255.
export const WORKFLOW_ID_MAX_BYTES = 255;

export interface RequestAddress {
  tfeHost: string;
  organization: string;
  workspace: string;
  key: string;
}

/**
 * The host of a TFE address as workflow ids contain it: lower case, with any non-default port, and without the dot that
 * may end a name. All spellings of one address are one installation.
 */
export const tfeHostOf = (tfeAddress: string): string => new URL(tfeAddress).host.replace(/\.(?=:|$)/, '');

/** `runwright/<tfe-host>/<organization>/<workspace>/<key>`. */
export function workflowIdOf({ tfeHost, organization, workspace, key }: RequestAddress): string {
  return `runwright/${tfeHost}/${organization}/${workspace}/${key}`;
}

/** The parts of a workflow id, or undefined where it is not one of ours. */
export function requestAddressOf(workflowId: string): RequestAddress | undefined {
  const [prefix, tfeHost, organization, workspace, key, ...rest] = workflowId.split('/');
  if (prefix !== 'runwright' || !tfeHost || !organization || !workspace || !key || rest.length > 0) return undefined;
  return { tfeHost, organization, workspace, key };
}

/** Part of the identity of a worker that takes times below the safe minimum, so that everybody sees it. */
export const SHORT_TIMES_SIGN = 'RUNWRIGHT_TEST_TIMES=allow';

/** Task queue of the workflows; the activity queues are named after it. */
export const taskQueueOf = (installation: string): string => `runwright-${installation}`;

/**
 * Activities are queued by urgency, not by verb: in one queue with a rate limit, many polling runs would starve an
 * apply. now: steps that advance a run, nudged reads. poll: watching attempts. upload: transfers of minutes, which
 * would hold the slots of the others. list: TFE's 30 listings a minute.
 */
export const activityQueuesOf = (taskQueue: string) => ({
  now: `${taskQueue}-now`,
  poll: `${taskQueue}-poll`,
  upload: `${taskQueue}-upload`,
  list: `${taskQueue}-list`,
});

/** Scope of a pause: every apply of the installation, or those of one workspace. */
export type PauseScope = { kind: 'installation' } | { kind: 'workspace'; organization: string; workspace: string };

export const PAUSE_WORKFLOW_TYPE = 'pauseApplies';

/**
 * A pause is a running workflow: its existence is the state. So pausing and resuming need no worker, and a pause
 * survives everything that Temporal survives. `resume` terminates it.
 */
export const pauseWorkflowIdOf = (installation: string, scope: PauseScope): string =>
  scope.kind === 'installation'
    ? `runwright-pause/${installation}`
    : `runwright-pause/${installation}/${scope.organization}/${scope.workspace}`;

/** Input of the pause workflow, readable in the Temporal UI. */
export interface PauseInput {
  scope: PauseScope;
  by: string;
  reason?: string;
}

export const REAPER_WORKFLOW_TYPE = 'reapOrphans';
export const reaperScheduleIdOf = (installation: string): string => `runwright-reaper-${installation}`;

/**
 * `setup --restored` starts this workflow; its start time says when the namespace was restored from a backup. Requests
 * that were open then look for their run before they create one, because history has forgotten what was sent.
 */
export const RESTORED_WORKFLOW_TYPE = 'namespaceRestored';
export const restoredWorkflowIdOf = (installation: string): string => `runwright-restored/${installation}`;
