import type { Changed, TerraformError } from './outcome.ts';

/** Types of the ApplicationFailure with which a request fails. Each is explained in docs/reference.md. */
export const FAILURE_TYPES = [
  'invalid-request',
  'unauthorized',
  'workspace-not-found',
  'workspace-unsuitable',
  'permission-missing',
  'configuration-unusable',
  'archive-unavailable',
  'run-refused',
  'option-ignored',
  'pre-plan-failed',
  'plan-errored',
  'apply-errored',
  'policy-failed',
  'deadline-exceeded',
  'cleanup-incomplete',
  'tfe-refused',
] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];

/** `details[0]` of such a failure. */
export interface FailureFacts {
  key?: string;
  /** Of `cleanup-incomplete`: the run that is left, which may be a second one that a lost request created. */
  runId?: string;
  runUrl?: string;
  /** TFE's status of the run when it was last read. */
  status?: string;
  changed: Changed;
  /** Of the plan or apply that failed: its log is read from TFE, by whoever may read it there (`runwright logs ID`). */
  planId?: string;
  applyId?: string;
  /** What terraform says went wrong, at most ten; none where the workspace has no structured logs. */
  errors?: TerraformError[];
  cancelRequested?: true;
  /** Every fault of an invalid request. */
  faults?: string[];
}
