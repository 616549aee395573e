import type { Services } from '../services.ts';
import type { Access, OrganizationRecord, RunRecord, WorkspaceRecord } from '../store/records.ts';
import { notFound } from './answer.ts';
import type { Call, Caller } from './route.ts';

const RANK: Record<Access, number> = { none: 0, read: 1, plan: 2, apply: 3, admin: 4 };

/** Whether the token reaches so far: admin may what apply may, apply what plan may, plan what read may. */
export const may = (caller: Pick<Caller, 'access'>, access: Access): boolean => RANK[caller.access] >= RANK[access];

/** TFE answers 404 to somebody who may not. */
export function demand(caller: Caller, access: Access): void {
  if (!may(caller, access)) throw notFound();
}

export function organizationOf(call: Call, services: Services, access: Access = 'read'): OrganizationRecord {
  const organization = services.store.organizations.get(call.params['organization_name'] ?? '');
  if (!organization) throw notFound();
  demand(call.caller, access);
  return organization;
}

export function workspaceOf(call: Call, services: Services, access: Access = 'read'): WorkspaceRecord {
  const workspace = services.store.workspaces.get(call.params['workspace_id'] ?? '');
  if (!workspace) throw notFound();
  demand(call.caller, access);
  return workspace;
}

/** The run as reads show it. */
export function runOf(call: Call, services: Services, access: Access = 'read'): RunRecord {
  const run = services.views.run(call.params['run_id'] ?? '');
  if (!run) throw notFound();
  demand(call.caller, access);
  return run;
}
