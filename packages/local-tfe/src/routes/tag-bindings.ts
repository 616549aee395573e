import { z } from 'zod';
import { badRequest, noContent, ok } from '../http/answer.ts';
import { projectOf, workspaceOf } from '../http/permissions.ts';
import type { Resource } from '../http/json-api.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { bindingsFrom, presentEffectiveTagBindings, presentTagBindings, TagBinding } from '../resources/tag-binding.ts';
import type { Services } from '../services.ts';

/** What carries tags with values. */
interface Carrier {
  path: '/workspaces/:workspace_id' | '/projects/:project_id';
  name: 'workspace' | 'project';
  own(call: Call, services: Services): Resource[];
  effective(call: Call, services: Services): Resource[];
  /** Adds to the tags, those of the same key getting the new value, or puts these in the place of all. */
  change(call: Call, services: Services, how: 'add' | 'replace'): Resource[];
}

const WORKSPACES: Carrier = {
  path: '/workspaces/:workspace_id',
  name: 'workspace',
  own: (call, services) => presentTagBindings(workspaceOf(call, services), 'tag-bindings'),
  effective: (call, services) => presentEffectiveTagBindings(workspaceOf(call, services), services),
  change(call, services, how) {
    const { id, tagBindings } = workspaceOf(call, services, 'admin');
    const changed = { ...(how === 'add' && tagBindings), ...named(call) };
    return presentTagBindings(services.store.workspaces.update(id, { tagBindings: changed }), 'tag-bindings');
  },
};

const PROJECTS: Carrier = {
  path: '/projects/:project_id',
  name: 'project',
  own: (call, services) => presentTagBindings(projectOf(call, services), 'tag-bindings'),
  effective: (call, services) => presentTagBindings(projectOf(call, services), 'effective-tag-bindings'),
  change(call, services, how) {
    const { id, tagBindings } = projectOf(call, services, 'admin');
    const changed = { ...(how === 'add' && tagBindings), ...named(call) };
    return presentTagBindings(services.store.projects.update(id, { tagBindings: changed }), 'tag-bindings');
  },
};

const Bindings = z.object({ data: z.array(TagBinding) });

function named(call: Call): Record<string, string> {
  const parsed = Bindings.safeParse(call.body);
  if (!parsed.success) throw badRequest('The request body must be a JSON:API document with a list of tag bindings.');
  return bindingsFrom(parsed.data.data);
}

const list = (path: string, summary: string, find: Carrier['own']): Route => ({
  method: 'GET',
  path,
  summary,
  door: 'api',
  handle(call, services) {
    const items = find(call, services);
    return ok(pageOf({ items, total: items.length }, { number: 1, size: 100 }, { call }));
  },
});

const routesOf = ({ path, name, own, effective, change }: Carrier): Route[] => [
  list(`${path}/tag-bindings`, `List the tags with values of a ${name}`, own),
  list(
    `${path}/effective-tag-bindings`,
    `List the tags with values of a ${name}${name === 'workspace' ? ', also those of its project' : ''}`,
    effective,
  ),
  {
    method: 'PATCH',
    path: `${path}/tag-bindings`,
    summary: `Add tags with values to a ${name}`,
    door: 'api',
    body: 'resource',
    handle: (call, services) => ok({ data: change(call, services, 'add') }),
  },
  list(`${path}/relationships/tag-bindings`, `The same as \`${path}/tag-bindings\``, own),
  ...(['POST', 'PATCH'] as const).map((method): Route => {
    const how = method === 'POST' ? 'add' : 'replace';
    return {
      method,
      path: `${path}/relationships/tag-bindings`,
      summary: how === 'add' ? `Add tags with values to a ${name}` : `Replace the tags with values of a ${name}`,
      door: 'api',
      body: 'resource',
      handle(call, services) {
        change(call, services, how);
        return noContent();
      },
    };
  }),
];

export const tagBindingRoutes: readonly Route[] = [...routesOf(WORKSPACES), ...routesOf(PROJECTS)];
