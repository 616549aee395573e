import { actionsOf } from './run-actions.ts';
import { bypassesQueue, IN_QUEUE } from './run-conditions.ts';
import { NON_FINAL_STATUSES } from './run-statuses.ts';
import { may, reachIn } from '../http/permissions.ts';
import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { Caller } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import type { RunRecord } from './run-record.ts';

export interface RunDocumentDeps {
  store: Store;
  now: () => number;
}

export function presentRun(run: RunRecord, caller: Caller, deps: RunDocumentDeps): Resource {
  return {
    id: run.id,
    type: 'runs',
    attributes: {
      actions: actionsOf(run, deps.now()),
      'allow-config-generation': run.allowConfigGeneration,
      'allow-empty-apply': run.allowEmptyApply,
      'auto-apply': run.autoApply,
      'canceled-at': run.canceledAt,
      'created-at': run.createdAt,
      'debugging-mode': run.debuggingMode,
      'error-text': run.errorText,
      'force-cancel-available-at': run.forceCancelAvailableAt,
      'has-changes': run.hasChanges,
      'invoke-action-addrs': run.invokeActionAddrs,
      'is-destroy': run.isDestroy,
      message: run.message,
      metadata: {},
      permissions: permissionsOf(caller, run.workspaceId),
      'plan-only': run.planOnly,
      'policy-paths': run.policyPaths ?? [],
      'position-in-queue': positionInQueue(run, deps),
      refresh: run.refresh,
      'refresh-only': run.refreshOnly,
      'replace-addrs': run.replaceAddrs,
      'save-plan': run.savePlan,
      source: run.source,
      status: run.status,
      'status-timestamps': run.statusTimestamps,
      'target-addrs': run.targetAddrs,
      'terraform-version': run.terraformVersion,
      'trigger-reason': run.triggerReason,
      'updated-at': Object.values(run.statusTimestamps).sort().at(-1) ?? run.createdAt,
      variables: run.variables,
    },
    relationships: relationshipsOf(run, deps),
    links: { self: `/api/v2/runs/${run.id}` },
  };
}

function relationshipsOf(run: RunRecord, deps: RunDocumentDeps): NonNullable<Resource['relationships']> {
  const { store } = deps;
  return {
    apply: { ...linkTo('applies', run.applyId), links: { related: `/api/v2/runs/${run.id}/apply` } },
    'canceled-by': linkTo('users', run.canceledBy),
    comments: linkToAll('comments', store.comments.ids(run.id)),
    'configuration-version': linkTo('configuration-versions', run.configurationVersionId),
    'confirmed-by': linkTo('users', run.confirmedBy),
    'cost-estimate': linkTo('cost-estimates', run.costEstimateId),
    'created-by': linkTo('users', run.createdBy),
    plan: { ...linkTo('plans', run.planId), links: { related: `/api/v2/runs/${run.id}/plan` } },
    'policy-checks': linkToAll('policy-checks', store.policyChecks.ids(run.id)),
    'run-events': {
      ...linkToAll('run-events', store.runEvents.ids(run.id)),
      links: { related: `/api/v2/runs/${run.id}/run-events` },
    },
    'task-stages': linkToAll('task-stages', store.taskStages.ids(run.id)),
    'tf-policy-evaluations': linkToAll('tf-policy-evaluations', []),
    workspace: linkTo('workspaces', run.workspaceId),
  };
}

function permissionsOf(caller: Caller, workspaceId: string): Record<string, boolean> {
  const { plan, apply, admin } = reachIn(caller, workspaceId);
  return {
    'can-apply': apply,
    'can-cancel': apply,
    'can-comment': plan,
    'can-discard': apply,
    'can-force-execute': apply,
    'can-force-cancel': admin,
    'can-override-policy-check': may(caller, 'override-policies', workspaceId),
  };
}

/** How many runs of the workspace go first; 0 for a run that does not wait. */
export function positionInQueue(run: RunRecord, deps: RunDocumentDeps): number {
  if (run.status !== 'pending' || bypassesQueue(run)) return 0;
  return deps.store.runs.count({
    scope: run.workspaceId,
    statuses: NON_FINAL_STATUSES,
    conditions: [IN_QUEUE, { sql: 'seq < (SELECT seq FROM runs WHERE id = ?)', values: [run.id] }],
  });
}
