import { createHash } from 'node:crypto';
import { z } from 'zod';
import { newId } from '../ids.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { StateOutput, StateVersionRecord } from './state-version-records.ts';

export interface StateDeps {
  store: Store;
  blobs: Blobs;
  timestamp: () => string;
  engine: RunEngine;
}

const Output = z.object({ value: z.unknown(), type: z.unknown(), sensitive: z.boolean().default(false) });
const ResourceEntry = z.looseObject({
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  provider: z.string(),
  module: z.string().optional(),
  instances: z.array(z.unknown()).default([]),
});
export const StateFile = z.looseObject({
  version: z.number(),
  serial: z.number().int().nonnegative(),
  lineage: z.string(),
  terraform_version: z.string().default('0.0.0'),
  outputs: z.record(z.string(), Output).default({}),
  resources: z.array(ResourceEntry).default([]),
});
export type StateFile = z.infer<typeof StateFile>;

/** Keeps a new state of a workspace, unless it is the one that is current; it becomes the current one. */
export function saveState(
  deps: StateDeps,
  input: { workspaceId: string; runId: string | null; userId: string | null; state: Buffer },
): StateVersionRecord | undefined {
  const state = StateFile.parse(JSON.parse(input.state.toString()));
  const workspace = deps.store.workspaces.require(input.workspaceId);
  const current =
    workspace.currentStateVersionId === null
      ? undefined
      : deps.store.stateVersions.require(workspace.currentStateVersionId);
  const md5 = createHash('md5').update(input.state).digest('hex');
  if (current && current.md5 === md5) return undefined;
  const record: StateVersionRecord = {
    id: newId('sv'),
    workspaceId: input.workspaceId,
    runId: input.runId,
    createdBy: input.userId,
    createdAt: deps.timestamp(),
    md5,
    size: input.state.length,
    serial: state.serial,
    lineage: state.lineage,
    terraformVersion: state.terraform_version,
    status: 'finalized',
    resourcesProcessed: true,
    intermediate: false,
    ...describe(state),
  };
  deps.blobs.write('state', record.id, input.state);
  deps.store.transaction(() => {
    deps.store.stateVersions.insert(record);
    deps.store.workspaces.update(workspace.id, { currentStateVersionId: record.id });
    for (const output of record.outputs) {
      deps.store.stateOutputs.insert({ id: output.id, workspaceId: workspace.id, stateVersionId: record.id });
    }
  });
  deps.engine.stateChanged(input.workspaceId, input.runId);
  return record;
}

/** Outputs and resources, as a state version lists them. */
export function describe(state: StateFile): Pick<StateVersionRecord, 'outputs' | 'resources'> {
  const outputs: StateOutput[] = Object.entries(state.outputs).map(([name, output]) => ({
    id: newId('wsout'),
    name,
    sensitive: output.sensitive,
    type: output.type,
    value: output.value,
  }));
  const resources = state.resources
    .filter((resource) => resource.mode === 'managed')
    .map(({ name, type, module = 'root', provider, instances }) => ({
      name,
      type,
      module,
      provider,
      count: instances.length,
    }));
  return { outputs, resources };
}
