/** Who holds a workspace: a person, or the run that is under way. */
export interface Holder {
  type: 'users' | 'runs';
  id: string;
}

export interface WorkspaceRecord {
  id: string;
  organization: string;
  projectId: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  /** Every attribute a client may set, in TFE's spelling, defaults filled in. */
  attributes: Record<string, unknown>;
  /** Tags with values; those without are the attribute `tag-names`. */
  tagBindings: Record<string, string>;
  /** Ids of workspaces that may read the state, some of which may be gone; missing in stores of before. */
  remoteStateConsumers?: string[];
  /** Missing in stores of before. */
  sshKeyId?: string | null;
  lockedBy: Holder | null;
  lockReason: string | null;
  currentRunId: string | null;
  latestRunId: string | null;
  currentConfigurationVersionId: string | null;
  currentStateVersionId: string | null;
}
