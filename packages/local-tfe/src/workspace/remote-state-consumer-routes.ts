import { z } from 'zod';
import { badRequest, invalid, noContent, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { demandInOrganization, may, visibleWorkspaces, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { presentWorkspace } from './workspace-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { WorkspaceDocumentDeps } from './workspace-document.ts';
import type { Store } from '../store/store.ts';
import { oneOf } from '../store/collection.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

export interface RemoteStateConsumersRouteDeps extends PermissionsDeps, WorkspaceDocumentDeps {
  store: Store;
}

const Named = z.object({
  data: z.array(z.object({ type: z.literal('workspaces').optional(), id: z.string().min(1) })),
});

function named(call: Call): string[] {
  const parsed = Named.safeParse(call.body);
  if (!parsed.success) throw badRequest('The request body must be a JSON:API document with a list of workspaces.');
  return parsed.data.data.map(({ id }) => id);
}

/** Who may read the state: the workspaces that were named, or where it is open to the organization, all others of it. */
function list(call: Call, deps: RemoteStateConsumersRouteDeps): Answer {
  const workspace = workspaceOf(call, deps);
  const page = call.query.page();
  const visible = visibleWorkspaces(call.caller);
  const conditions = [
    workspace.attributes['global-remote-state'] === true
      ? { sql: 'id <> ?', values: [workspace.id] }
      : oneOf('id', workspace.remoteStateConsumers ?? []),
    ...(visible ? [oneOf('id', visible)] : []),
  ];
  const selection = { scope: workspace.organization, conditions, order: 'name' as const };
  const items = deps.store.workspaces
    .select({ ...selection, ...offsetOf(page) })
    .map((consumer) => presentWorkspace(consumer, call.caller, deps));
  return ok(pageOf({ items, total: deps.store.workspaces.count(selection) }, page, { call }));
}

function refuseUnknown(
  workspace: WorkspaceRecord,
  ids: readonly string[],
  call: Call,
  deps: RemoteStateConsumersRouteDeps,
): void {
  for (const id of ids) {
    const consumer = deps.store.workspaces.get(id);
    if (consumer?.organization !== workspace.organization || !may(call.caller, 'read', id)) {
      throw invalid(`Workspace ${id} not found`, '/data');
    }
    if (id === workspace.id) throw invalid('A workspace cannot be added as a consumer of itself', '/data');
  }
}

function change(
  call: Call,
  deps: RemoteStateConsumersRouteDeps,
  consumers: (present: readonly string[], ids: readonly string[]) => readonly string[],
): Answer {
  const workspace = workspaceOf(call, deps, 'admin');
  // Only those who can see the whole list can replace it (documentation of the API).
  if (consumers === replaced) demandInOrganization(call.caller, 'manage-workspaces', workspace.organization);
  const ids = named(call);
  if (workspace.attributes['global-remote-state'] === true) {
    throw invalid('Remote state consumers cannot be set where global remote state is on', '/data');
  }
  if (consumers !== without) refuseUnknown(workspace, ids, call, deps);
  const remoteStateConsumers = [...new Set(consumers(workspace.remoteStateConsumers ?? [], ids))];
  deps.store.workspaces.update(workspace.id, { remoteStateConsumers });
  return noContent();
}

const replaced = (_present: readonly string[], ids: readonly string[]): readonly string[] => ids;
const added = (present: readonly string[], ids: readonly string[]): readonly string[] => [...present, ...ids];
const without = (present: readonly string[], ids: readonly string[]): readonly string[] =>
  present.filter((id) => !ids.includes(id));

const PATH = '/workspaces/:workspace_id/relationships/remote-state-consumers';

export const remoteStateConsumerRoutes: readonly Route<RemoteStateConsumersRouteDeps>[] = [
  {
    method: 'GET',
    path: PATH,
    summary: 'List the workspaces that may read the state',
    door: 'api',
    handle: list,
  },
  {
    method: 'PATCH',
    path: PATH,
    summary: 'Replace the workspaces that may read the state',
    door: 'api',
    body: 'resource',
    handle: (call, deps) => change(call, deps, replaced),
  },
  {
    method: 'POST',
    path: PATH,
    summary: 'Let workspaces read the state',
    door: 'api',
    body: 'resource',
    handle: (call, deps) => change(call, deps, added),
  },
  {
    method: 'DELETE',
    path: PATH,
    summary: 'Let workspaces no longer read the state',
    door: 'api',
    body: 'resource',
    handle: (call, deps) => change(call, deps, without),
  },
];
