import type { Decision, RefusedMessage } from '../contract/decision.ts';
import type { FailureType } from '../contract/failure-types.ts';
import type { Changed, Outcome, PlannedChange, RunOutput } from '../contract/outcome.ts';
import type { Phase } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';
import type { RunRequest } from '../contract/run-request.ts';
import type { PhaseChange } from '../contract/run-view.ts';
import type { OurActs } from '../domain/outcome.ts';

/** What `acceptRequest` answers: the request with its defaults, and whom it is for. */
export interface AcceptedRequest {
  request: RunRequest;
  installation: string;
  /** https://tfe.example.com, without a path: for links to runs. */
  tfeAddress: string;
}

/** Everything a request knows, as plain JSON: continue-as-new carries it, so no class, Map or Date may stand in it. */
export interface RunSnapshot {
  accepted?: AcceptedRequest;
  /** When the request was started: a reset, even to the very beginning, does not move it. Bounds the look-ups. */
  startedAtMs: number;
  /** When this life of the request began; deadlines count from it. */
  acceptedAtMs: number;
  workspaceId?: string;
  /** Configuration versions that this request created, newest last. */
  configurationVersionIds: string[];
  configurationVersionId?: string;
  reading?: RunReading;
  phase: Phase;
  history: PhaseChange[];
  decisions: Decision[];
  /** Decisions that were counted but are not kept any more. */
  decisionsDropped: number;
  refusedMessages: RefusedMessage[];
  refusedMessagesDropped: number;
  expiresAtMs?: number;
  /** When the deadlines pass that have begun to count. */
  deadlinesAtMs?: { plan?: number; apply?: number };
  acts: OurActs;
  /** An apply was sent whose answer was lost. */
  applyMayHaveLanded?: 'yes';
  /** Until then TFE may show the accepted apply as not yet confirmed. */
  applySettlesAtMs?: number;
  /** A phase that was assumed and not seen in TFE yet. */
  unseen?: 'applying';
  /** The run was confirmed, and that was looked into: it was not this request. */
  confirmer?: 'somebody-else';
  /** Overrides of this run that TFE has taken. */
  overridesDone?: number;
  /** A write was in doubt once, so the look-up is repeated before the apply and at the end. */
  doubt: 'never' | 'once';
  inDoubt?: string;
  blocker?: string;
  warnings: string[];
  waitingFor?: string;
  plannedChanges?: PlannedChange[];
  outputs?: RunOutput[];
  stateVersionId?: string;
  outcome?: Outcome;
  failure?: { type: FailureType; message: string; changed: Changed };
}

/** A request that has just begun. */
export const newRequest = (startedAtMs: number, nowMs: number): RunSnapshot => ({
  startedAtMs,
  acceptedAtMs: nowMs,
  configurationVersionIds: [],
  phase: 'preparing',
  history: [{ phase: 'preparing', at: new Date(nowMs).toISOString() }],
  decisions: [],
  decisionsDropped: 0,
  refusedMessages: [],
  refusedMessagesDropped: 0,
  acts: { apply: 'not-sent', emptyApply: 'refused' },
  doubt: 'never',
  warnings: [],
});
