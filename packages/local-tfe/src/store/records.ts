import type { Script } from '../engine/script.ts';
import type { RunStatus } from '../engine/statuses.ts';

/** What a token may do in every organization of this server; TFE grants the same through teams. */
export type Access = 'admin' | 'apply' | 'plan' | 'read' | 'none';

export interface UserRecord {
  id: string;
  username: string;
  email: string;
}

/** `id` is the SHA-256 of the token: the token itself is not kept. */
export interface TokenRecord {
  id: string;
  userId: string;
  access: Access;
  /** Of a team's token: the team's access counts. */
  teamId?: string | undefined;
  /** As what it is shown to those who may not see the token itself. */
  shownAs?: { id: string; createdAt: string } | undefined;
}

export interface OrganizationRecord {
  /** The name: TFE's organizations are addressed by it. */
  id: string;
  externalId: string;
  email: string;
  createdAt: string;
  attributes: Record<string, unknown>;
}

export interface ProjectRecord {
  id: string;
  organization: string;
  name: string;
  description: string | null;
  createdAt: string;
  /** What else a client may set, in TFE's spelling; missing in stores of before. */
  attributes?: Record<string, unknown>;
  /** Tags with values, which its workspaces inherit; missing in stores of before. */
  tagBindings?: Record<string, string>;
}

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

export type ConfigurationVersionStatus = 'pending' | 'uploaded' | 'errored' | 'archived';

export interface ConfigurationVersionRecord {
  id: string;
  workspaceId: string;
  status: ConfigurationVersionStatus;
  autoQueueRuns: boolean;
  speculative: boolean;
  provisional: boolean;
  source: string;
  error: string | null;
  errorMessage: string | null;
  createdAt: string;
  createdBy: string;
  statusTimestamps: Record<string, string>;
  /** What the `local-tfe.json` of each directory of the archive says; the wrong ones fail the plan. */
  scripts?: Record<string, Script>;
}

export interface RunVariable {
  key: string;
  /** An HCL literal, `"\"text\""`. */
  value: string;
}

export interface RunRecord {
  id: string;
  workspaceId: string;
  organization: string;
  configurationVersionId: string;
  planId: string;
  applyId: string;
  costEstimateId: string | null;
  status: RunStatus;
  /** What a run at rest waits for; the status name alone does not say. */
  awaiting: 'confirmation' | 'override' | null;
  statusTimestamps: Record<string, string>;
  message: string;
  source: string;
  triggerReason: string;
  createdAt: string;
  createdBy: string;
  confirmedBy: string | null;
  canceledBy: string | null;
  canceledAt: string | null;
  forceCancelAvailableAt: string | null;
  forceCanceled: boolean;
  errorText: string | null;
  hasChanges: boolean;
  autoApply: boolean;
  isDestroy: boolean;
  refresh: boolean;
  refreshOnly: boolean;
  planOnly: boolean;
  savePlan: boolean;
  allowEmptyApply: boolean;
  allowConfigGeneration: boolean;
  debuggingMode: boolean;
  targetAddrs: string[] | null;
  replaceAddrs: string[] | null;
  invokeActionAddrs: string[] | null;
  policyPaths: string[] | null;
  variables: RunVariable[];
  terraformVersion: string;
}

export interface ResourceCounts {
  additions: number;
  changes: number;
  destructions: number;
  imports: number;
}

export type PhaseStatus = 'pending' | 'queued' | 'running' | 'finished' | 'errored' | 'canceled' | 'unreachable';

/** A plan or an apply: TFE gives both the same life. */
export interface PhaseRecord {
  id: string;
  runId: string;
  status: PhaseStatus;
  statusTimestamps: Record<string, string>;
  structured: boolean;
  counts: ResourceCounts | null;
  hasChanges: boolean;
  generatedConfiguration: boolean;
  errorMessage: string | null;
  stateVersionIds: string[];
}

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

export interface CommentRecord {
  id: string;
  runId: string;
  userId: string;
  body: string;
  createdAt: string;
}

export interface RunEventRecord {
  id: string;
  runId: string;
  action: string;
  description: string | null;
  userId: string | null;
  commentId: string | null;
  createdAt: string;
}

export interface VariableRecord {
  id: string;
  workspaceId: string;
  key: string;
  value: string;
  description: string | null;
  category: 'terraform' | 'env';
  hcl: boolean;
  sensitive: boolean;
  createdAt: string;
}

/** Finds the state version that an output belongs to. */
export interface StateOutputRecord {
  id: string;
  workspaceId: string;
  stateVersionId: string;
}

export interface MembershipRecord {
  id: string;
  organization: string;
  userId: string;
  status: 'invited' | 'active';
  createdAt: string;
}
