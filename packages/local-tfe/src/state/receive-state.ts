import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { absent, Rejection } from '../rejection.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { StateVersionRecord } from './state-version-records.ts';
import { describe, StateFile } from './save-state.ts';

export interface ReceiveStateDeps {
  store: Store;
  blobs: Blobs;
  engine: RunEngine;
}

/** The bytes of a state version that was created without them: it becomes final, and the workspace's current one. */
export async function receiveState(deps: ReceiveStateDeps, id: string, path: string): Promise<void> {
  const version = deps.store.stateVersions.get(id);
  if (!version) throw absent('state version');
  if (version.status !== 'pending') return;
  finalizeState(deps, version, await readFile(path));
}

export async function receiveStateJson(deps: ReceiveStateDeps, id: string, path: string): Promise<void> {
  if (!deps.store.stateVersions.get(id)) throw absent('state version');
  deps.blobs.write('state-json', id, await readFile(path));
}

export function parseState(bytes: Buffer): StateFile {
  try {
    return StateFile.parse(JSON.parse(bytes.toString()));
  } catch {
    throw new Rejection('invalid', 'State is not a terraform state of version 4');
  }
}

export function finalizeState(deps: ReceiveStateDeps, version: StateVersionRecord, bytes: Buffer): StateVersionRecord {
  const state = parseState(bytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  if (version.md5 !== '' && version.md5 !== md5)
    throw new Rejection('invalid', 'MD5 does not match the state', '/data/attributes/md5');
  deps.blobs.write('state', version.id, bytes);
  const finalized = deps.store.transaction(() => {
    const updated = deps.store.stateVersions.update(version.id, {
      ...describe(state),
      md5,
      size: bytes.length,
      terraformVersion: state.terraform_version,
      lineage: state.lineage,
      status: 'finalized',
      resourcesProcessed: true,
    });
    deps.store.workspaces.update(version.workspaceId, { currentStateVersionId: version.id });
    for (const output of updated.outputs) {
      deps.store.stateOutputs.insert({
        id: output.id,
        workspaceId: version.workspaceId,
        stateVersionId: version.id,
      });
    }
    return updated;
  });
  deps.engine.stateChanged(version.workspaceId, version.runId);
  return finalized;
}
