import { may, reachIn } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { Caller } from '../http/route.ts';
import type { ExecutionModeDocumentDeps } from './execution-mode.ts';
import type { TagBindingDocumentDeps } from '../tag-binding/tag-binding.ts';
import type { Store } from '../store/store.ts';
import type { Processing } from '../control/processing.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import { executionModeOf } from './execution-mode.ts';
import { presentEffectiveTagBindings } from '../tag-binding/tag-binding.ts';

export interface WorkspaceDocumentDeps extends ExecutionModeDocumentDeps, TagBindingDocumentDeps {
  store: Store;
  processing: Processing;
}

export function presentWorkspace(workspace: WorkspaceRecord, caller: Caller, deps: WorkspaceDocumentDeps): Resource {
  const { attributes, lockedBy } = workspace;
  const executionMode = executionModeOf(workspace, deps);
  const current = workspace.currentStateVersionId;
  const state = current === null ? undefined : deps.processing.shown(deps.store.stateVersions.require(current));
  return {
    id: workspace.id,
    type: 'workspaces',
    attributes: {
      ...attributes,
      name: workspace.name,
      'created-at': workspace.createdAt,
      'updated-at': workspace.updatedAt,
      'latest-change-at': workspace.updatedAt,
      locked: lockedBy !== null,
      'locked-reason': workspace.lockReason ?? '',
      'execution-mode': executionMode,
      operations: executionMode !== 'local',
      environment: 'default',
      'resource-count': state?.resources.length ?? 0,
      'apply-duration-average': null,
      'plan-duration-average': null,
      'policy-check-failures': null,
      'run-failures': null,
      'workspace-kpis-runs-count': null,
      'unarchived-workspace-change-requests-count': 0,
      actions: { 'is-destroyable': true },
      permissions: permissionsOf(caller, workspace.id),
    },
    relationships: {
      organization: linkTo('organizations', workspace.organization),
      project: linkTo('projects', workspace.projectId),
      'current-run': linkTo('runs', workspace.currentRunId),
      'latest-run': linkTo('runs', workspace.latestRunId),
      'current-configuration-version': linkTo('configuration-versions', workspace.currentConfigurationVersionId),
      'current-state-version': linkTo('state-versions', current),
      'locked-by': linkTo(lockedBy?.type ?? 'users', lockedBy?.id),
      'ssh-key': linkTo('ssh-keys', workspace.sshKeyId),
      'agent-pool': linkTo('agent-pools', null),
      outputs: linkToAll('workspace-outputs', state?.outputs.map(({ id }) => id) ?? []),
      'effective-tag-bindings': linkToAll(
        'effective-tag-bindings',
        presentEffectiveTagBindings(workspace, deps).map(({ id }) => id),
      ),
      'remote-state-consumers': {
        links: { related: `/api/v2/workspaces/${workspace.id}/relationships/remote-state-consumers` },
      },
      readme: { data: null },
    },
    links: {
      self: `/api/v2/organizations/${workspace.organization}/workspaces/${workspace.name}`,
      'self-html': `/app/${workspace.organization}/workspaces/${workspace.name}`,
    },
  };
}

function permissionsOf(caller: Caller, workspaceId: string): Record<string, boolean> {
  const { plan, apply, admin } = reachIn(caller, workspaceId);
  const can = (need: Need): boolean => may(caller, need, workspaceId);
  return {
    'can-read-settings': true,
    'can-read-run': true,
    'can-read-variable': can('read-variables'),
    'can-read-state-versions': can('read-state'),
    'can-read-state-outputs': can('read-outputs'),
    'can-queue-run': plan,
    'can-queue-apply': apply,
    'can-queue-destroy': apply,
    'can-create-state-versions': can('write-state'),
    'can-lock': can('lock'),
    'can-unlock': can('lock'),
    'can-force-unlock': admin,
    'can-update-variable': can('write-variables'),
    'can-update': admin,
    'can-destroy': admin,
    'can-force-delete': admin,
    'can-manage-tags': admin,
    'can-manage-run-tasks': can('manage-run-tasks'),
    'can-manage-assessments': admin,
    'can-manage-ephemeral-workspaces': false,
    'can-read-assessment-results': true,
    'can-read-change-requests': false,
  };
}
