import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { WorkspaceRecord } from './workspace-record.ts';
import { ofVersion } from '../run/run-conditions.ts';
import { isFinal } from '../run/run-statuses.ts';

export interface RemoveWorkspaceDeps {
  store: Store;
  blobs: Blobs;
  workRoot: string;
  engine: RunEngine;
}

/** Ends what runs in the workspace and forgets everything of it. */
export function removeWorkspace(deps: RemoveWorkspaceDeps, workspace: WorkspaceRecord): void {
  const { store, blobs } = deps;
  const runs = store.runs.select({ scope: workspace.id });
  for (const run of runs) if (!isFinal(run.status)) deps.engine.kill(run.id);
  store.transaction(() => {
    for (const run of runs) {
      for (const id of [run.planId, run.applyId, ...store.policyChecks.ids(run.id)]) blobs.removeAll(id);
      for (const records of [
        store.plans,
        store.applies,
        store.comments,
        store.runEvents,
        store.costEstimates,
        store.policyChecks,
        store.taskStages,
      ]) {
        for (const id of records.ids(run.id)) records.delete(id);
      }
      store.runs.delete(run.id);
    }
    for (const version of store.configurationVersions.select({ scope: workspace.id })) {
      const heir = store.runs.first({ conditions: [ofVersion(version.id)] });
      if (heir) {
        // Another workspace has run it: there it stays.
        store.configurationVersions.update(version.id, { workspaceId: heir.workspaceId });
        continue;
      }
      store.configurationVersions.delete(version.id);
      blobs.removeAll(version.id);
    }
    for (const version of store.stateVersions.select({ scope: workspace.id })) {
      for (const output of store.stateOutputs.select({ scope: version.id })) store.stateOutputs.delete(output.id);
      store.stateVersions.delete(version.id);
      blobs.removeAll(version.id);
    }
    for (const one of store.notificationConfigurations.select({ scope: workspace.id })) {
      store.notificationConfigurations.delete(one.id);
    }
    for (const grant of store.teamAccesses.select({ name: workspace.id })) store.teamAccesses.delete(grant.id);
    for (const variable of store.variables.select({ scope: workspace.id })) store.variables.delete(variable.id);
    store.scripts.delete(workspace.id);
    store.workspaces.delete(workspace.id);
  });
  rmSync(join(deps.workRoot, workspace.id), { recursive: true, force: true });
}
