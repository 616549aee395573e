export interface StateOutput {
  id: string;
  name: string;
  sensitive: boolean;
  type: unknown;
  value: unknown;
}

export interface StateVersionRecord {
  id: string;
  workspaceId: string;
  runId: string | null;
  createdBy: string | null;
  createdAt: string;
  serial: number;
  lineage: string;
  md5: string;
  size: number;
  terraformVersion: string;
  status: 'pending' | 'finalized' | 'discarded';
  resourcesProcessed: boolean;
  intermediate: boolean;
  outputs: StateOutput[];
  resources: { name: string; type: string; count: number; module: string; provider: string }[];
}

/** Finds the state version that an output belongs to. */
export interface StateOutputRecord {
  id: string;
  workspaceId: string;
  stateVersionId: string;
}
