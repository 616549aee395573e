import { z } from 'zod';
import { badRequest, noContent, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { organizationOf, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import type { Services } from '../services.ts';
import type { WorkspaceRecord } from '../store/records.ts';

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

function keep(workspace: WorkspaceRecord, services: Services, tags: readonly string[]): void {
  const attributes = { ...workspace.attributes, 'tag-names': [...new Set(tags)] };
  services.store.workspaces.update(workspace.id, { attributes });
}

/** The tags of all workspaces; `q` searches them, and one workspace's own can be left out. */
function listOfOrganization(call: Call, services: Services): Answer {
  const organization = organizationOf(call, services);
  const search = call.query.text('q')?.toLowerCase() ?? '';
  const excluded = call.query.text('filter[exclude][taggable][id]');
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  for (const workspace of services.store.workspaces.select({ scope: organization.id })) {
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

export const workspaceTagRoutes: readonly Route[] = [
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
    handle(call, services) {
      const items = tagsOf(workspaceOf(call, services)).map((name) => present(name));
      return ok(pageOf({ items, total: items.length }, { number: 1, size: 100 }, { call }));
    },
  },
  {
    method: 'POST',
    path: PATH,
    summary: 'Add tags to a workspace',
    door: 'api',
    body: 'resource',
    handle(call, services) {
      const workspace = workspaceOf(call, services, 'admin');
      keep(workspace, services, [...tagsOf(workspace), ...named(call)]);
      return noContent();
    },
  },
  {
    method: 'DELETE',
    path: PATH,
    summary: 'Take tags from a workspace',
    door: 'api',
    body: 'resource',
    handle(call, services) {
      const workspace = workspaceOf(call, services, 'admin');
      const gone = new Set(named(call));
      keep(
        workspace,
        services,
        tagsOf(workspace).filter((tag) => !gone.has(tag)),
      );
      return noContent();
    },
  },
];
