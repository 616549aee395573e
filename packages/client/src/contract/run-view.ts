import type { Decision, RefusedMessage, Verdict } from './decision.ts';
import type { Changed, Outcome, PlannedChange, ResourceCounts, RunOutput, UnlistedChanges } from './outcome.ts';
import type { FailureType } from './failure-types.ts';
import type { Phase } from './phase.ts';
import type { RunOptions } from './run-request.ts';

export interface PhaseChange {
  phase: Phase;
  /** TFE's status at that moment, where there was a run. */
  status?: string;
  /** ISO 8601. */
  at: string;
}

/** The run options that people see when they decide; variables are public. */
export type AskedRun = Pick<RunOptions, 'mode' | 'message' | 'targets' | 'replace' | 'variables'>;

/** Who asked to end the request, and why. Both are that person's own words; nobody checks them. */
export interface Cancellation {
  by: string;
  reason?: string;
}

/** Everything that people and programs may know of a request: the answer of the query `view`. */
export interface RunView {
  key: string;
  organization?: string;
  workspace?: string;
  requestedBy?: string;
  /** What was asked for, as far as people decide on it. Long values are cut. */
  asked?: AskedRun;
  phase: Phase;
  status?: string;
  outcome?: Outcome;
  failure?: { type: FailureType; message: string; changed: Changed };
  runId?: string;
  runUrl?: string;
  configurationVersionId?: string;
  plan?: ResourceCounts;
  /** What the plan changes, destructive changes first. */
  plannedChanges?: PlannedChange[];
  /** Only for a plan too large to list: what `plannedChanges` leaves out, counted. */
  unlistedChanges?: UnlistedChanges[];
  apply?: ResourceCounts;
  approval: { verdict: Verdict; decisions: Decision[]; missing: number; expiresAt?: string; approvers: string[] };
  /** Messages that were refused because nobody could read them, the newest ten. */
  refusedMessages: RefusedMessage[];
  /** What the request waits for, in one sentence. */
  waitingFor?: string;
  /** Since when, ISO 8601. */
  since?: string;
  /** When the run is looked at next, ISO 8601; filled in by the client. */
  nextLookAt?: string;
  /** The write whose answer was lost and is being looked up. */
  inDoubt?: string;
  /** What keeps the run from going on: a lock, another run, a pause, a refused token. */
  blocker?: string;
  /** Last failure of a pending step; filled in by the client. */
  lastError?: string;
  warnings: string[];
  cancelRequested?: true;
  /** Only of a canceled request, and only if the person who canceled gave a name. */
  cancellation?: Cancellation;
  outputs?: RunOutput[];
  history: PhaseChange[];
}

/** What the workflow returns. */
export interface RunResult {
  key: string;
  outcome: Outcome;
  runId?: string;
  runUrl?: string;
  configurationVersionId?: string;
  status?: string;
  changed: Changed;
  plan?: ResourceCounts;
  apply?: ResourceCounts;
  stateVersionId?: string;
  outputs?: RunOutput[];
  decisions: Decision[];
  /** For outcomes that somebody else caused: who, as far as TFE says. */
  by?: string;
  reason?: string;
  warnings: string[];
  cancelRequested?: true;
}
