import { created, invalid, noContent, notFound, ok, conflict } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { optionalRelationTo, readResource } from '../http/json-api.ts';
import { demand, may, organizationOf, visibleWorkspaces, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { includedIn, relationsOf } from '../include.ts';
import { asked, sorting } from './workspace-selection.ts';
import { CreateWorkspace, UpdateWorkspace, workspaceDefaults } from './workspace-settings.ts';
import { presentWorkspace } from './workspace-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { RemoveWorkspaceDeps } from './remove-workspace.ts';
import type { Store } from '../store/store.ts';
import type { Executor } from '../engine/executor.ts';
import { oneOf } from '../store/collection.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import { withImpliedOverwrites } from './execution-mode.ts';
import { bindingsFrom, TagBindings } from '../tag-binding/tag-binding.ts';
import { removeWorkspace } from './remove-workspace.ts';
import { z } from 'zod';

export interface WorkspacesRouteDeps extends PermissionsDeps, IncludeDocumentDeps, RemoveWorkspaceDeps {
  store: Store;
  timestamp: () => string;
  executor: Executor;
}

const Tag = z.object({ attributes: z.object({ name: z.string().min(1) }).optional() });
const Relationships = z.object({
  project: optionalRelationTo('projects'),
  // Clients send the tags of a new workspace as resources without ids.
  tags: z.object({ data: z.array(Tag) }).nullish(),
  'tag-bindings': TagBindings,
});

function document(workspace: WorkspaceRecord, call: Call, deps: WorkspacesRouteDeps) {
  const included = includedIn('workspaces', [workspace], call, deps);
  return { data: presentWorkspace(workspace, call.caller, deps), ...(included && { included }) };
}

function list(call: Call, deps: WorkspacesRouteDeps): Answer {
  const organization = organizationOf(call, deps);
  const page = call.query.page();
  const visible = visibleWorkspaces(call.caller);
  const conditions = [...asked(call), ...(visible ? [oneOf('id', visible)] : [])];
  const selection = { scope: organization.id, conditions, ...sorting(call) };
  const workspaces = deps.store.workspaces.select({ ...selection, ...offsetOf(page) });
  const items = workspaces.map((workspace) => presentWorkspace(workspace, call.caller, deps));
  const included = includedIn('workspaces', workspaces, call, deps);
  const total = deps.store.workspaces.count(selection);
  return ok(pageOf({ items, total }, page, { call, ...(included && { included }) }));
}

function create(call: Call, deps: WorkspacesRouteDeps): Answer {
  const organization = organizationOf(call, deps, 'manage-workspaces');
  const { attributes, relationships } = readResource(call.body, {
    type: 'workspaces',
    attributes: CreateWorkspace,
    relationships: Relationships,
  });
  const { name, operations, ...settings } = attributes;
  const defaults = workspaceDefaults(deps.executor.version);
  refuseTakenName(deps, organization.id, name);
  const projectId = projectFor(deps, organization.id, relationships.project?.data?.id);
  const tags = relationships.tags?.data.flatMap((tag) => tag.attributes?.name ?? []);
  const at = deps.timestamp();
  const workspace = deps.store.workspaces.insert({
    id: newId('ws'),
    organization: organization.id,
    projectId,
    name,
    createdAt: at,
    updatedAt: at,
    attributes: {
      ...defaults,
      source: settings['source-name'] ? 'terraform' : 'tfe-api',
      ...withImpliedOverwrites(settings, defaults['setting-overwrites'], operations),
      ...(tags && { 'tag-names': tags }),
    },
    tagBindings: bindingsFrom(relationships['tag-bindings']?.data ?? []),
    lockedBy: null,
    lockReason: null,
    currentRunId: null,
    latestRunId: null,
    currentConfigurationVersionId: null,
    currentStateVersionId: null,
  });
  return created(document(workspace, call, deps));
}

function refuseTakenName(deps: WorkspacesRouteDeps, organization: string, name: string): void {
  if (deps.store.workspaces.first({ scope: organization, name })) {
    throw invalid('Name has already been taken', '/data/attributes/name');
  }
}

function projectFor(deps: WorkspacesRouteDeps, organization: string, asked: string | undefined): string {
  const project =
    asked === undefined
      ? deps.store.projects.first({ scope: organization, order: 'oldest' })
      : deps.store.projects.get(asked);
  if (!project || project.organization !== organization) throw notFound();
  return project.id;
}

function update(workspace: WorkspaceRecord, call: Call, deps: WorkspacesRouteDeps): Answer {
  demand(call.caller, 'admin', workspace.id);
  const { attributes, relationships } = readResource(call.body, {
    type: 'workspaces',
    attributes: UpdateWorkspace,
    relationships: Relationships,
  });
  const { name, operations, ...settings } = attributes;
  if (name !== undefined && name !== workspace.name) refuseTakenName(deps, workspace.organization, name);
  const project = relationships.project?.data?.id;
  const updated = deps.store.workspaces.update(workspace.id, {
    ...(name !== undefined && { name }),
    ...(relationships['tag-bindings'] && { tagBindings: bindingsFrom(relationships['tag-bindings'].data) }),
    ...(project !== undefined && { projectId: projectFor(deps, workspace.organization, project) }),
    updatedAt: deps.timestamp(),
    attributes: {
      ...workspace.attributes,
      ...withImpliedOverwrites(settings, workspace.attributes['setting-overwrites'], operations),
    },
  });
  return ok(document(updated, call, deps));
}

function remove(workspace: WorkspaceRecord, call: Call, deps: WorkspacesRouteDeps): Answer {
  demand(call.caller, 'admin', workspace.id);
  removeWorkspace(deps, workspace);
  return noContent();
}

/** Refused while the workspace still manages resources, or is locked. */
function removeSafely(workspace: WorkspaceRecord, call: Call, deps: WorkspacesRouteDeps): Answer {
  demand(call.caller, 'admin', workspace.id);
  const current = workspace.currentStateVersionId;
  const managed = current === null ? [] : deps.store.stateVersions.require(current).resources;
  if (workspace.lockedBy) throw conflict('Workspace cannot be safely deleted because it is locked.');
  if (managed.length > 0) {
    throw conflict('Workspace cannot be safely deleted because it is still managing resources.');
  }
  removeWorkspace(deps, workspace);
  return noContent();
}

const byName = (call: Call, deps: WorkspacesRouteDeps): WorkspaceRecord => {
  const organization = organizationOf(call, deps);
  const workspace = deps.store.workspaces.first({ scope: organization.id, name: call.params['workspace_name'] });
  if (!workspace || !may(call.caller, 'read', workspace.id)) throw notFound();
  return workspace;
};

const BY_NAME = '/organizations/:organization_name/workspaces/:workspace_name';
const BY_ID = '/workspaces/:workspace_id';

export const workspaceRoutes: readonly Route<WorkspacesRouteDeps>[] = [
  {
    method: 'GET',
    path: '/organizations/:organization_name/workspaces',
    summary: 'List workspaces',
    door: 'api',
    include: relationsOf('workspaces'),
    handle: list,
  },
  {
    method: 'POST',
    path: '/organizations/:organization_name/workspaces',
    summary: 'Create a workspace',
    door: 'api',
    include: relationsOf('workspaces'),
    body: 'resource',
    handle: create,
  },
  ...(
    [
      [BY_NAME, byName, 'by name'],
      [BY_ID, workspaceOf, 'by id'],
    ] as const
  ).flatMap(([path, find, how]): Route<WorkspacesRouteDeps>[] => [
    {
      method: 'GET',
      path,
      summary: `Read a workspace ${how}`,
      door: 'api',
      include: relationsOf('workspaces'),
      handle: (call, deps) => ok(document(find(call, deps), call, deps)),
    },
    {
      method: 'PATCH',
      path,
      summary: `Update a workspace ${how}`,
      door: 'api',
      include: relationsOf('workspaces'),
      body: 'resource',
      handle: (call, deps) => update(find(call, deps), call, deps),
    },
    {
      method: 'DELETE',
      path,
      summary: `Delete a workspace ${how}`,
      door: 'api',
      handle: (call, deps) => remove(find(call, deps), call, deps),
    },
    {
      method: 'POST',
      path: `${path}/actions/safe-delete`,
      summary: `Delete a workspace ${how} that manages nothing`,
      door: 'api',
      body: 'plain',
      handle: (call, deps) => removeSafely(find(call, deps), call, deps),
    },
  ]),
];
