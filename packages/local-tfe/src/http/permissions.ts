import type { Store } from '../store/store.ts';
import type { Views } from '../control/views.ts';
import type { Access } from '../account/user-records.ts';
import type { OrganizationRecord } from '../organization/organization-records.ts';
import type { ProjectRecord } from '../project/project-record.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';
import { REACHES } from '../team/reach.ts';
import type { Reach } from '../team/reach.ts';
import { notFound } from './answer.ts';
import type { Call, Caller } from './route.ts';

export interface PermissionsDeps {
  store: Store;
  views: Views;
}

const RANK: Record<Access, number> = { none: 0, read: 1, plan: 2, apply: 3, admin: 4 };

/** What TFE grants apart from runs. */
const PERMISSIONS = {
  'read-variables': ({ variables }) => variables !== 'none',
  'write-variables': ({ variables }) => variables === 'write',
  'read-outputs': ({ stateVersions }) => stateVersions !== 'none',
  'read-state': ({ stateVersions }) => stateVersions === 'read' || stateVersions === 'write',
  'write-state': ({ stateVersions }) => stateVersions === 'write',
  'read-mocks': ({ sentinelMocks }) => sentinelMocks === 'read',
  lock: ({ locking }) => locking,
  'manage-run-tasks': ({ runTasks }) => runTasks,
  'override-policies': ({ policyOverrides }) => policyOverrides,
} satisfies Record<string, (reach: Reach) => boolean>;

/** A level, each of which may what the one before may: read, plan, apply, admin; or a single permission. */
export type Need = Access | keyof typeof PERMISSIONS;

const allows = (reach: Reach, need: Need): boolean =>
  need in RANK ? RANK[reach.access] >= RANK[need as Access] : PERMISSIONS[need as keyof typeof PERMISSIONS](reach);

/** Whether the token reaches so far: in this workspace, or without one in every organization. */
export function may(caller: Caller, need: Need, workspaceId?: string): boolean {
  if (allows(REACHES[caller.access], need)) return true;
  if (!caller.team || workspaceId === undefined) return false;
  const granted = caller.team.workspaces.get(workspaceId);
  if (granted && allows(granted, need)) return true;
  return caller.team.owns(workspaceId) && allows(REACHES[caller.team.access], need);
}

export type OrganizationNeed = 'read' | 'manage-workspaces' | 'admin';

/** The same for an organization as a whole. Whoever is in a team of it may read it; owners are administrators here. */
export function mayInOrganization(caller: Caller, need: OrganizationNeed, organization: string): boolean {
  if (may(caller, need === 'read' ? 'read' : 'admin')) return true;
  if (caller.team?.organization !== organization) return false;
  return need === 'read' || (need === 'manage-workspaces' && caller.team.access === 'admin');
}

/** TFE answers 404 to somebody who may not. */
export function demand(caller: Caller, need: Need, workspaceId?: string): void {
  if (!may(caller, need, workspaceId)) throw notFound();
}

export function demandInOrganization(caller: Caller, need: OrganizationNeed, organization: string): void {
  if (!mayInOrganization(caller, need, organization)) throw notFound();
}

/** The same for what belongs to a run. */
export function demandInRun(caller: Caller, deps: PermissionsDeps, need: Need, runId: string): void {
  demand(caller, need, deps.store.runs.require(runId).workspaceId);
}

export function organizationOf(call: Call, deps: PermissionsDeps, need: OrganizationNeed = 'read'): OrganizationRecord {
  const organization = deps.store.organizations.get(call.params['organization_name'] ?? '');
  if (!organization) throw notFound();
  demandInOrganization(call.caller, need, organization.id);
  return organization;
}

export function projectOf(call: Call, deps: PermissionsDeps, need: OrganizationNeed = 'read'): ProjectRecord {
  const project = deps.store.projects.get(call.params['project_id'] ?? '');
  if (!project) throw notFound();
  demandInOrganization(call.caller, need, project.organization);
  return project;
}

export function workspaceOf(call: Call, deps: PermissionsDeps, need: Need = 'read'): WorkspaceRecord {
  const workspace = deps.store.workspaces.get(call.params['workspace_id'] ?? '');
  if (!workspace) throw notFound();
  demand(call.caller, need, workspace.id);
  return workspace;
}

/** The run as reads show it. */
export function runOf(call: Call, deps: PermissionsDeps, need: Need = 'read'): RunRecord {
  const run = deps.views.run(call.params['run_id'] ?? '');
  if (!run) throw notFound();
  demand(call.caller, need, run.workspaceId);
  return run;
}

/** The workspaces of an organization that a list shows the caller; `undefined` for all. */
export function visibleWorkspaces(caller: Caller): string[] | undefined {
  const everywhere = REACHES[caller.team?.access ?? caller.access];
  return allows(everywhere, 'read') ? undefined : [...(caller.team?.workspaces.keys() ?? [])];
}

/** TFE's three questions about a workspace or a run of it. */
export const reachIn = (caller: Caller, workspaceId: string): { plan: boolean; apply: boolean; admin: boolean } => ({
  plan: may(caller, 'plan', workspaceId),
  apply: may(caller, 'apply', workspaceId),
  admin: may(caller, 'admin', workspaceId),
});
