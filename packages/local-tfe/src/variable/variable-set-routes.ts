import { ok } from '../http/answer.ts';
import { organizationOf, projectOf, workspaceOf } from '../http/permissions.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import type { PermissionsDeps } from '../http/permissions.ts';

// As the documentation lists them; there is nothing to side-load.
const RELATIONS = ['vars', 'projects', 'workspaces', 'stacks', 'parent'];

/** Clients look for variable sets on their way to something else: there are none here, and the lists say so. */
const emptyList = (
  path: string,
  of: string,
  find: (call: Call, deps: PermissionsDeps) => unknown,
): Route<PermissionsDeps> => ({
  method: 'GET',
  path,
  summary: `List the variable sets of ${of}: none here`,
  door: 'api',
  include: RELATIONS,
  handle(call, deps) {
    find(call, deps);
    const included = call.query.include(RELATIONS).length > 0 ? { included: [] } : {};
    return ok(pageOf({ items: [], total: 0 }, call.query.page(), { call, ...included }));
  },
});

export const variableSetRoutes: readonly Route<PermissionsDeps>[] = [
  emptyList('/organizations/:organization_name/varsets', 'an organization', organizationOf),
  emptyList('/projects/:project_id/varsets', 'a project', projectOf),
  emptyList('/workspaces/:workspace_id/varsets', 'a workspace', workspaceOf),
  // Not documented; HashiCorp's Python client (pytfe 1.5) asks for it.
  emptyList('/workspaces/:workspace_id/applicable-varsets', 'a workspace, inherited ones too', workspaceOf),
];
