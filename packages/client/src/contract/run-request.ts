/**
 * What a caller asks for. Plain types: workflow code imports them, so nothing here may load zod.
 * The schema that parses them stands in run-request-schema.ts.
 */

/** A packed configuration in the archive store, named by its content. */
export interface ArchiveRef {
  /** sha256 of the tar.gz, lower-case hex. */
  sha256: string;
  /**
   * sha256 of the tar inside. The same files have the same one wherever they are packed, while another zlib compresses
   * them to other bytes. A repeated request is recognized by it, or by `sha256` if it is not given.
   */
  contentsSha256?: string;
  /** Size of the tar.gz in bytes. */
  bytes: number;
  /** Number of regular files in it. */
  files: number;
  /** Directories (relative to the root, '' for the root itself) that hold *.tf or *.tf.json files; at most 100 are listed. */
  terraformFiles?: string[];
  /**
   * Files in it that look like secrets by their names, such as `.env` or a state, for a warning to the caller. At most
   * 20.
   */
  looksSecret?: string[];
}

export type Configuration =
  { kind: 'archive'; archive: ArchiveRef } | { kind: 'configuration-version'; id: string } | { kind: 'current' };

export type RunMode = 'plan-and-apply' | 'plan-only' | 'destroy' | 'refresh-only';

/** The options of `POST /runs`, in our spelling. `variables` are HCL literals and public: they are workflow input. */
export interface RunOptions {
  message?: string;
  mode: RunMode;
  targets?: string[];
  replace?: string[];
  /** Variable name to HCL literal, e.g. `{ audience: '"world"' }`. Sensitive values belong to the workspace's variables. */
  variables?: Record<string, string>;
  refresh?: boolean;
  /** Only with mode plan-only (TFE's rule). */
  terraformVersion?: string;
  savePlan?: boolean;
  /** TFE itself applies such a run if its plan is empty: needs `approval.emptyApply: 'approved-in-advance'`. */
  allowEmptyApply?: boolean;
  allowConfigGeneration?: boolean;
  debuggingMode?: boolean;
  /** At most one (TFE's rule). */
  invokeActions?: string[];
  policyPaths?: string[];
}

export interface ApprovalPolicy {
  /** How many different people must approve, 1–10. */
  approvers: number;
  /** Whether the person who asked for the run may be one of them. */
  requester: 'may-approve' | 'may-not-approve';
  emptyApply: 'refused' | 'approved-in-advance';
  /** What to do when somebody confirms the run in TFE itself: report it when it ends, or ask TFE to cancel it. */
  confirmedElsewhere: 'finish' | 'interrupt';
}

/** Milliseconds. Only the approval has a default: 24 h. */
export interface Deadlines {
  /** From the acceptance of the request until TFE starts to plan. */
  queueMs?: number;
  /** From the start of the plan until it waits for people or ends. */
  planMs?: number;
  /** From the moment the run waits for people. After it the run is discarded and the request ends as expired. */
  approvalMs: number;
  /** From the apply request until the run ends. After it TFE is asked to cancel the run (never forced). */
  applyMs?: number;
}

/**
 * Milliseconds. All pauses of the workflow are here, so tests run a real server with short ones. Elsewhere each has a
 * least length, because safety rests on it (domain/time-floors.ts).
 */
export interface Timing {
  /** How long after a lost answer the lost request may still land in TFE. After it the workflow looks the run up. */
  commitWindowMs: number;
  /** Shortest pause between two looks at a run; at least 1 because 0 would fail the activity. */
  pollMinMs: number;
  /** Longest pause while TFE works. */
  pollWorkingMaxMs: number;
  /** Longest pause while people decide. */
  pollPeopleMaxMs: number;
  /** Pause after TFE refused to show a run that exists (401, 403, 404). */
  pollRefusedMs: number;
  /** How long TFE may answer that a run does not exist (404) before the request ends without knowing what became of it. */
  goneMs: number;
  /** How long cleaning up may take. After it the request ends although its run is not final yet. */
  cleanupMs: number;
  /** How long after a 202 TFE may still show the run as before. After it the action is sent again. */
  actionSettlesMs: number;
}

export interface RunRequest {
  /** The caller's idempotency key, 1–200 of [A-Za-z0-9._-]. */
  key: string;
  organization: string;
  workspace: string;
  configuration: Configuration;
  run: RunOptions;
  approval: ApprovalPolicy;
  deadlines: Deadlines;
  timing: Timing;
  /** What a cancellation of the request means once the apply has begun. */
  cancelDuringApply: 'finish' | 'interrupt';
  requestedBy: string;
}

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

/** What a caller writes: everything that has a default may be left out. */
export interface RunRequestInput {
  key: string;
  organization: string;
  workspace: string;
  configuration?: Configuration;
  run?: Optional<RunOptions>;
  approval?: Optional<ApprovalPolicy>;
  deadlines?: Optional<Deadlines>;
  timing?: Optional<Timing>;
  cancelDuringApply?: 'finish' | 'interrupt';
  requestedBy: string;
}
