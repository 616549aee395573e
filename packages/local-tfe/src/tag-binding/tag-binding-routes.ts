import { z } from 'zod';
import { badRequest, noContent, ok } from '../http/answer.ts';
import { projectOf, workspaceOf } from '../http/permissions.ts';
import type { Resource } from '../http/json-api.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { bindingsFrom, presentEffectiveTagBindings, presentTagBindings, TagBinding } from './tag-binding.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { TagBindingDocumentDeps } from './tag-binding.ts';
import type { Store } from '../store/store.ts';

export interface TagBindingsRouteDeps extends PermissionsDeps, TagBindingDocumentDeps {
  store: Store;
}

/** What carries tags with values. */
interface Carrier {
  path: '/workspaces/:workspace_id' | '/projects/:project_id';
  name: 'workspace' | 'project';
  own(call: Call, deps: TagBindingsRouteDeps): Resource[];
  effective(call: Call, deps: TagBindingsRouteDeps): Resource[];
  /** Adds to the tags, those of the same key getting the new value, or puts these in the place of all. */
  change(call: Call, deps: TagBindingsRouteDeps, how: 'add' | 'replace'): Resource[];
}

const WORKSPACES: Carrier = {
  path: '/workspaces/:workspace_id',
  name: 'workspace',
  own: (call, deps) => presentTagBindings(workspaceOf(call, deps), 'tag-bindings'),
  effective: (call, deps) => presentEffectiveTagBindings(workspaceOf(call, deps), deps),
  change(call, deps, how) {
    const { id, tagBindings } = workspaceOf(call, deps, 'admin');
    const changed = { ...(how === 'add' && tagBindings), ...named(call) };
    return presentTagBindings(deps.store.workspaces.update(id, { tagBindings: changed }), 'tag-bindings');
  },
};

const PROJECTS: Carrier = {
  path: '/projects/:project_id',
  name: 'project',
  own: (call, deps) => presentTagBindings(projectOf(call, deps), 'tag-bindings'),
  effective: (call, deps) => presentTagBindings(projectOf(call, deps), 'effective-tag-bindings'),
  change(call, deps, how) {
    const { id, tagBindings } = projectOf(call, deps, 'admin');
    const changed = { ...(how === 'add' && tagBindings), ...named(call) };
    return presentTagBindings(deps.store.projects.update(id, { tagBindings: changed }), 'tag-bindings');
  },
};

const Bindings = z.object({ data: z.array(TagBinding) });

function named(call: Call): Record<string, string> {
  const parsed = Bindings.safeParse(call.body);
  if (!parsed.success) throw badRequest('The request body must be a JSON:API document with a list of tag bindings.');
  return bindingsFrom(parsed.data.data);
}

const list = (path: string, summary: string, find: Carrier['own']): Route<TagBindingsRouteDeps> => ({
  method: 'GET',
  path,
  summary,
  door: 'api',
  handle(call, deps) {
    const items = find(call, deps);
    return ok(pageOf({ items, total: items.length }, { number: 1, size: 100 }, { call }));
  },
});

const routesOf = ({ path, name, own, effective, change }: Carrier): Route<TagBindingsRouteDeps>[] => [
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
    handle: (call, deps) => ok({ data: change(call, deps, 'add') }),
  },
  list(`${path}/relationships/tag-bindings`, `The same as \`${path}/tag-bindings\``, own),
  ...(['POST', 'PATCH'] as const).map((method): Route<TagBindingsRouteDeps> => {
    const how = method === 'POST' ? 'add' : 'replace';
    return {
      method,
      path: `${path}/relationships/tag-bindings`,
      summary: how === 'add' ? `Add tags with values to a ${name}` : `Replace the tags with values of a ${name}`,
      door: 'api',
      body: 'resource',
      handle(call, deps) {
        change(call, deps, how);
        return noContent();
      },
    };
  }),
];

export const tagBindingRoutes: readonly Route<TagBindingsRouteDeps>[] = [
  ...routesOf(WORKSPACES),
  ...routesOf(PROJECTS),
];
