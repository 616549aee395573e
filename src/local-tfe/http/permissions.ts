import type { Services } from '../services.ts';
import type { Access, OrganizationRecord, RunRecord, WorkspaceRecord } from '../store/records.ts';
import { notFound } from './answer.ts';
import type { Call, Caller } from './route.ts';

const RANK: Record<Access, number> = { none: 0, read: 1, plan: 2, apply: 3, admin: 4 };

/**
 * Whether the token reaches so far, in this workspace or everywhere: admin may what apply may, apply what plan may, plan what
 * read may.
 */
export function may(caller: Caller, access: Access, workspaceId?: string): boolean {
  const here = workspaceId === undefined ? 'none' : (caller.inWorkspaces[workspaceId] ?? 'none');
  return Math.max(RANK[caller.access], RANK[here]) >= RANK[access];
}

/** TFE answers 404 to somebody who may not. */
export function demand(caller: Caller, access: Access, workspaceId?: string): void {
  if (!may(caller, access, workspaceId)) throw notFound();
}

/** The same for what belongs to a run. */
export function demandInRun(caller: Caller, services: Services, access: Access, runId: string): void {
  demand(caller, access, services.store.runs.require(runId).workspaceId);
}

export function organizationOf(call: Call, services: Services, access: Access = 'read'): OrganizationRecord {
  const organization = services.store.organizations.get(call.params['organization_name'] ?? '');
  if (!organization) throw notFound();
  const isMember = access === 'read' && call.caller.organization === organization.id;
  if (!isMember) demand(call.caller, access);
  return organization;
}

export function workspaceOf(call: Call, services: Services, access: Access = 'read'): WorkspaceRecord {
  const workspace = services.store.workspaces.get(call.params['workspace_id'] ?? '');
  if (!workspace) throw notFound();
  demand(call.caller, access, workspace.id);
  return workspace;
}

/** The run as reads show it. */
export function runOf(call: Call, services: Services, access: Access = 'read'): RunRecord {
  const run = services.views.run(call.params['run_id'] ?? '');
  if (!run) throw notFound();
  demand(call.caller, access, run.workspaceId);
  return run;
}

/** The workspaces that a list shows the caller; `undefined` for all. */
export const visibleWorkspaces = (caller: Caller): string[] | undefined =>
  may(caller, 'read') ? undefined : Object.keys(caller.inWorkspaces).filter((id) => may(caller, 'read', id));

/** TFE's three questions about a workspace or a run of it. */
export const reachIn = (caller: Caller, workspaceId: string): { plan: boolean; apply: boolean; admin: boolean } => ({
  plan: may(caller, 'plan', workspaceId),
  apply: may(caller, 'apply', workspaceId),
  admin: may(caller, 'admin', workspaceId),
});
