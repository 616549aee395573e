import { conflict } from '../http/answer.ts';
import type { Services } from '../services.ts';
import type { WorkspaceRecord } from '../store/records.ts';

/** A person locks. A workspace that a run holds cannot be locked. */
export function lockWorkspace(
  services: Services,
  workspace: WorkspaceRecord,
  userId: string,
  reason: string | null,
): void {
  if (workspace.lockedBy) throw conflict('Unable to lock workspace. The workspace is already locked.');
  services.store.workspaces.update(workspace.id, { lockedBy: { type: 'users', id: userId }, lockReason: reason });
}

export function unlockWorkspace(services: Services, workspace: WorkspaceRecord, userId: string): void {
  const { lockedBy } = workspace;
  if (!lockedBy) throw conflict('Unable to unlock workspace. The workspace is not locked.');
  if (lockedBy.type === 'runs')
    throw conflict(`Unable to unlock workspace. The workspace is locked by Run ${lockedBy.id}.`);
  if (lockedBy.id !== userId) {
    const name = services.store.users.get(lockedBy.id)?.username ?? lockedBy.id;
    throw conflict(`Unable to unlock workspace. The workspace is locked by User ${name}.`);
  }
  release(services, workspace);
}

/** An administrator takes another person's lock away; a run keeps the workspace. */
export function forceUnlockWorkspace(services: Services, workspace: WorkspaceRecord): void {
  if (!workspace.lockedBy) throw conflict('Unable to force unlock workspace. The workspace is not locked.');
  if (workspace.lockedBy.type === 'runs') {
    throw conflict(`Unable to force unlock workspace. The workspace is locked by Run ${workspace.lockedBy.id}.`);
  }
  release(services, workspace);
}

function release(services: Services, workspace: WorkspaceRecord): void {
  services.store.workspaces.update(workspace.id, { lockedBy: null, lockReason: null });
  services.engine.tick(workspace.id);
}
