import { Rejection } from '../rejection.ts';
import type { Store } from '../store/store.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

export interface WorkspaceLockDeps {
  store: Store;
  engine: RunEngine;
}

/** A person locks. A workspace that a run holds cannot be locked. */
export function lockWorkspace(
  deps: WorkspaceLockDeps,
  workspace: WorkspaceRecord,
  userId: string,
  reason: string | null,
): void {
  if (workspace.lockedBy) throw new Rejection('conflict', 'Unable to lock workspace. The workspace is already locked.');
  deps.store.workspaces.update(workspace.id, { lockedBy: { type: 'users', id: userId }, lockReason: reason });
}

export function unlockWorkspace(deps: WorkspaceLockDeps, workspace: WorkspaceRecord, userId: string): void {
  const { lockedBy } = workspace;
  if (!lockedBy) throw new Rejection('conflict', 'Unable to unlock workspace. The workspace is not locked.');
  if (lockedBy.type === 'runs')
    throw new Rejection('conflict', `Unable to unlock workspace. The workspace is locked by Run ${lockedBy.id}.`);
  if (lockedBy.id !== userId) {
    const name = deps.store.users.get(lockedBy.id)?.username ?? lockedBy.id;
    throw new Rejection('conflict', `Unable to unlock workspace. The workspace is locked by User ${name}.`);
  }
  release(deps, workspace);
}

/** An administrator takes another person's lock away; a run keeps the workspace. */
export function forceUnlockWorkspace(deps: WorkspaceLockDeps, workspace: WorkspaceRecord): void {
  if (!workspace.lockedBy)
    throw new Rejection('conflict', 'Unable to force unlock workspace. The workspace is not locked.');
  if (workspace.lockedBy.type === 'runs') {
    throw new Rejection(
      'conflict',
      `Unable to force unlock workspace. The workspace is locked by Run ${workspace.lockedBy.id}.`,
    );
  }
  release(deps, workspace);
}

function release(deps: WorkspaceLockDeps, workspace: WorkspaceRecord): void {
  deps.store.workspaces.update(workspace.id, { lockedBy: null, lockReason: null });
  deps.engine.tick(workspace.id);
}
