import { parseState } from '../engine/receive-state.ts';
import { ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { presentResources } from '../resources/workspace-resource.ts';
import type { Services } from '../services.ts';

function list(call: Call, services: Services): Answer {
  const { currentStateVersionId: current } = workspaceOf(call, services);
  const all = current === null ? [] : resourcesIn(current, services);
  const page = call.query.page();
  const { limit, offset } = offsetOf(page);
  return ok(pageOf({ items: all.slice(offset, offset + limit), total: all.length }, page, { call }));
}

function resourcesIn(stateVersionId: string, services: Services): Resource[] {
  const state = services.blobs.read('state', stateVersionId);
  return state ? presentResources(parseState(state), services.store.stateVersions.require(stateVersionId)) : [];
}

export const workspaceResourceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/workspaces/:workspace_id/resources',
    summary: 'List what the workspace manages, each instance of a resource',
    door: 'api',
    handle: list,
  },
];
