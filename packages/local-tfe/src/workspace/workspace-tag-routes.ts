import { z } from 'zod';
import { badRequest, noContent, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { organizationOf, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

export interface WorkspaceTagsRouteDeps extends PermissionsDeps {
  store: Store;
}

const Tags = z.object({
  data: z.array(z.object({ id: z.string().optional(), attributes: z.object({ name: z.string().min(1) }).optional() })),
});

const tagsOf = (workspace: WorkspaceRecord): string[] => workspace.attributes['tag-names'] as string[];

const present = (name: string, workspaces = 1): Resource => ({
  id: `tag-${name}`,
  type: 'tags',
  attributes: { name, 'instance-count': workspaces },
});

function named(call: Call): string[] {
  const parsed = Tags.safeParse(call.body);
  if (!parsed.success) throw badRequest('The request body must be a JSON:API document with a list of tags.');
  return parsed.data.data.flatMap(({ id, attributes }) => attributes?.name ?? id?.replace(/^tag-/, '') ?? []);
}

function keep(workspace: WorkspaceRecord, deps: WorkspaceTagsRouteDeps, tags: readonly string[]): void {
  const attributes = { ...workspace.attributes, 'tag-names': [...new Set(tags)] };
  deps.store.workspaces.update(workspace.id, { attributes });
}

/** The tags of all workspaces; `q` searches them, and one workspace's own can be left out. */
function listOfOrganization(call: Call, deps: WorkspaceTagsRouteDeps): Answer {
  const organization = organizationOf(call, deps);
  const search = call.query.text('q')?.toLowerCase() ?? '';
  const excluded = call.query.text('filter[exclude][taggable][id]');
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  for (const workspace of deps.store.workspaces.select({ scope: organization.id })) {
    for (const tag of tagsOf(workspace)) {
      counts.set(tag, (counts.get(tag) ?? 0) + 1);
      if (workspace.id === excluded) taken.add(tag);
    }
  }
  const found = [...counts]
    .filter(([name]) => name.toLowerCase().includes(search) && !taken.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const page = call.query.page();
  const { limit, offset } = offsetOf(page);
  const items = found.slice(offset, offset + limit).map(([name, count]) => present(name, count));
  return ok(pageOf({ items, total: found.length }, page, { call }));
}

const PATH = '/workspaces/:workspace_id/relationships/tags';

export const workspaceTagRoutes: readonly Route<WorkspaceTagsRouteDeps>[] = [
  {
    method: 'GET',
    path: '/organizations/:organization_name/tags',
    summary: 'List the tags of an organization’s workspaces',
    door: 'api',
    handle: listOfOrganization,
  },
  {
    method: 'GET',
    path: PATH,
    summary: 'List the tags of a workspace',
    door: 'api',
    handle(call, deps) {
      const items = tagsOf(workspaceOf(call, deps)).map((name) => present(name));
      return ok(pageOf({ items, total: items.length }, { number: 1, size: 100 }, { call }));
    },
  },
  {
    method: 'POST',
    path: PATH,
    summary: 'Add tags to a workspace',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const workspace = workspaceOf(call, deps, 'admin');
      keep(workspace, deps, [...tagsOf(workspace), ...named(call)]);
      return noContent();
    },
  },
  {
    method: 'DELETE',
    path: PATH,
    summary: 'Take tags from a workspace',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const workspace = workspaceOf(call, deps, 'admin');
      const gone = new Set(named(call));
      keep(
        workspace,
        deps,
        tagsOf(workspace).filter((tag) => !gone.has(tag)),
      );
      return noContent();
    },
  },
];
