import { z } from 'zod';
import { badRequest, noContent, ok } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import type { Services } from '../services.ts';
import type { WorkspaceRecord } from '../store/records.ts';

const Tags = z.object({
  data: z.array(z.object({ id: z.string().optional(), attributes: z.object({ name: z.string().min(1) }).optional() })),
});

const tagsOf = (workspace: WorkspaceRecord): string[] => workspace.attributes['tag-names'] as string[];

const present = (name: string): Resource => ({
  id: `tag-${name}`,
  type: 'tags',
  attributes: { name, 'instance-count': 1 },
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

const PATH = '/workspaces/:workspace_id/relationships/tags';

export const workspaceTagRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    summary: 'List the tags of a workspace',
    door: 'api',
    handle(call, services) {
      const items = tagsOf(workspaceOf(call, services)).map(present);
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
