import { parseState } from '../state/receive-state.ts';
import { ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { presentResources } from './workspace-resource-document.ts';
import type { ReceiveStateDeps } from '../state/receive-state.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';

export interface WorkspaceResourcesRouteDeps extends ReceiveStateDeps, PermissionsDeps {
  store: Store;
  blobs: Blobs;
}

function list(call: Call, deps: WorkspaceResourcesRouteDeps): Answer {
  const { currentStateVersionId: current } = workspaceOf(call, deps);
  const all = current === null ? [] : resourcesIn(current, deps);
  const page = call.query.page();
  const { limit, offset } = offsetOf(page);
  return ok(pageOf({ items: all.slice(offset, offset + limit), total: all.length }, page, { call }));
}

function resourcesIn(stateVersionId: string, deps: WorkspaceResourcesRouteDeps): Resource[] {
  const state = deps.blobs.read('state', stateVersionId);
  return state ? presentResources(parseState(state), deps.store.stateVersions.require(stateVersionId)) : [];
}

export const workspaceResourceRoutes: readonly Route<WorkspaceResourcesRouteDeps>[] = [
  {
    method: 'GET',
    path: '/workspaces/:workspace_id/resources',
    summary: 'List what the workspace manages, each instance of a resource',
    door: 'api',
    handle: list,
  },
];
