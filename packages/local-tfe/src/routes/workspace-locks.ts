import { z } from 'zod';
import { forceUnlockWorkspace, lockWorkspace, unlockWorkspace } from '../engine/workspace-lock.ts';
import { ok } from '../http/answer.ts';
import { readPlain } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { presentWorkspace } from '../resources/workspace.ts';
import type { Services } from '../services.ts';
import type { WorkspaceRecord } from '../store/records.ts';

const Lock = z.object({ reason: z.string().nullish() });

type Change = (call: Call, services: Services, workspace: WorkspaceRecord) => void;

const route = (action: string, summary: string, need: Need, change: Change): Route => ({
  method: 'POST',
  path: `/workspaces/:workspace_id/actions/${action}`,
  summary,
  door: 'api',
  body: 'plain',
  handle(call, services) {
    const workspace = workspaceOf(call, services, need);
    change(call, services, workspace);
    return ok({ data: presentWorkspace(services.store.workspaces.require(workspace.id), call.caller, services) });
  },
});

export const workspaceLockRoutes: readonly Route[] = [
  route('lock', 'Lock a workspace', 'lock', (call, services, workspace) =>
    lockWorkspace(services, workspace, call.caller.user.id, readPlain(call.body, Lock).reason ?? null),
  ),
  route('unlock', 'Unlock a workspace', 'lock', (call, services, workspace) =>
    unlockWorkspace(services, workspace, call.caller.user.id),
  ),
  route('force-unlock', 'Take away another person’s lock', 'admin', (_call, services, workspace) =>
    forceUnlockWorkspace(services, workspace),
  ),
];
