import { z } from 'zod';
import { forceUnlockWorkspace, lockWorkspace, unlockWorkspace } from './workspace-lock.ts';
import { ok } from '../http/answer.ts';
import { readPlain } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { presentWorkspace } from './workspace-document.ts';
import type { WorkspaceLockDeps } from './workspace-lock.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { WorkspaceDocumentDeps } from './workspace-document.ts';
import type { Store } from '../store/store.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

export interface WorkspaceLocksRouteDeps extends WorkspaceLockDeps, PermissionsDeps, WorkspaceDocumentDeps {
  store: Store;
}

const Lock = z.object({ reason: z.string().nullish() });

type Change = (call: Call, deps: WorkspaceLocksRouteDeps, workspace: WorkspaceRecord) => void;

const route = (action: string, summary: string, need: Need, change: Change): Route<WorkspaceLocksRouteDeps> => ({
  method: 'POST',
  path: `/workspaces/:workspace_id/actions/${action}`,
  summary,
  door: 'api',
  body: 'plain',
  handle(call, deps) {
    const workspace = workspaceOf(call, deps, need);
    change(call, deps, workspace);
    return ok({ data: presentWorkspace(deps.store.workspaces.require(workspace.id), call.caller, deps) });
  },
});

export const workspaceLockRoutes: readonly Route<WorkspaceLocksRouteDeps>[] = [
  route('lock', 'Lock a workspace', 'lock', (call, deps, workspace) =>
    lockWorkspace(deps, workspace, call.caller.user.id, readPlain(call.body, Lock).reason ?? null),
  ),
  route('unlock', 'Unlock a workspace', 'lock', (call, deps, workspace) =>
    unlockWorkspace(deps, workspace, call.caller.user.id),
  ),
  route('force-unlock', 'Take away another person’s lock', 'admin', (_call, deps, workspace) =>
    forceUnlockWorkspace(deps, workspace),
  ),
];
