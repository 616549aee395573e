import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { invalid, notFound } from '../http/answer.ts';
import type { Services } from '../services.ts';
import type { StateVersionRecord } from '../store/records.ts';
import { describe, StateFile } from './state.ts';

/** The bytes of a state version that was created without them: it becomes final, and the workspace's current one. */
export async function receiveState(services: Services, id: string, path: string): Promise<void> {
  const version = services.store.stateVersions.get(id);
  if (!version) throw notFound();
  if (version.status !== 'pending') return;
  finalizeState(services, version, await readFile(path));
}

export async function receiveStateJson(services: Services, id: string, path: string): Promise<void> {
  if (!services.store.stateVersions.get(id)) throw notFound();
  services.blobs.write('state-json', id, await readFile(path));
}

export function parseState(bytes: Buffer): StateFile {
  try {
    return StateFile.parse(JSON.parse(bytes.toString()));
  } catch {
    throw invalid('State is not a terraform state of version 4');
  }
}

export function finalizeState(services: Services, version: StateVersionRecord, bytes: Buffer): StateVersionRecord {
  const state = parseState(bytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  if (version.md5 !== '' && version.md5 !== md5) throw invalid('MD5 does not match the state', '/data/attributes/md5');
  services.blobs.write('state', version.id, bytes);
  const finalized = services.store.transaction(() => {
    const updated = services.store.stateVersions.update(version.id, {
      ...describe(state),
      md5,
      size: bytes.length,
      terraformVersion: state.terraform_version,
      lineage: state.lineage,
      status: 'finalized',
      resourcesProcessed: true,
    });
    services.store.workspaces.update(version.workspaceId, { currentStateVersionId: version.id });
    for (const output of updated.outputs) {
      services.store.stateOutputs.insert({
        id: output.id,
        workspaceId: version.workspaceId,
        stateVersionId: version.id,
      });
    }
    return updated;
  });
  services.engine.stateChanged(version.workspaceId, version.runId);
  return finalized;
}
