import type { RunStatus } from './run-statuses.ts';

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

export interface RunEventRecord {
  id: string;
  runId: string;
  action: string;
  description: string | null;
  userId: string | null;
  commentId: string | null;
  createdAt: string;
}
