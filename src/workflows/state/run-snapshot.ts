import type {
  Cancellation,
  Changed,
  Decision,
  FailureType,
  Outcome,
  Phase,
  PhaseChange,
  PlannedChange,
  RefusedMessage,
  RunOutput,
  RunReading,
  RunRequest,
  UnlistedChanges,
} from '@runwright/client/contract';
import type { SentDecision } from '@runwright/client/domain';
import type { OurActs } from '../../domain/outcome.ts';
import type { Deadline } from '../inbox/deadlines.ts';

/** The answer of `acceptRequest`: the request with its defaults, and where it belongs. */
export interface AcceptedRequest {
  request: RunRequest;
  installation: string;
  /** The namespace's id, from its server: a workflow has no way to ask for it. */
  namespaceId: string;
  /** https://tfe.example.com, without a path: for links to runs. */
  tfeAddress: string;
}

/** Everything a request knows, as plain JSON: continue-as-new carries it, so no class, Map or Date may stand in it. */
export interface RunSnapshot {
  accepted?: AcceptedRequest;
  /** When the request was started. No reset moves it, not even one to the very beginning. Bounds the look-ups. */
  startedAtMs: number;
  /** When this request began, or began anew after a reset to its beginning. Deadlines count from it. */
  acceptedAtMs: number;
  workspaceId?: string;
  /** Configuration versions that this request created, newest last. */
  configurationVersionIds: string[];
  configurationVersionId?: string;
  reading?: RunReading;
  phase: Phase;
  history: PhaseChange[];
  decisions: Decision[];
  /** How many counted decisions are no longer kept. */
  decisionsDropped: number;
  /** Signals about a run that was not looked at yet. They are weighed after the look. */
  early: SentDecision[];
  refusedMessages: RefusedMessage[];
  refusedMessagesDropped: number;
  /** People can see what the run would change, or why that is not shown. Only then are they asked. */
  planSeen?: true;
  /** When the approval expires; set when people are asked. */
  expiresAtMs?: number;
  /** When the deadlines pass that start with a phase of the run. */
  deadlinesAtMs?: { plan?: number; apply?: number; cleanup?: number };
  passed: Deadline[];
  acts: OurActs;
  /** Which option TFE ignored when it made the run, as a sentence. */
  optionIgnored?: string;
  /** The answer to an apply was lost. If the run is seen confirmed later, we confirmed it. */
  applyMayHaveLanded?: true;
  /** TFE accepted the apply. Until TFE shows that, or until this time, the run counts as being applied. */
  applyAccepted?: { settlesAtMs: number };
  /** TFE lets a run without changes rest instead of finishing it, so people are asked. */
  restsEmpty?: true;
  /** A phase that we assume and have not seen in TFE yet. */
  unseen?: 'applying';
  /** Somebody else confirmed the run: we have checked that it was not this request. */
  confirmer?: 'somebody-else';
  /** Overrides of this run that TFE has taken. */
  overridesDone?: number;
  /** A write was in doubt once, so we look for other runs again before the apply and at the end. */
  doubted?: true;
  inDoubt?: string;
  blocker?: string;
  /** The run that holds the workspace, if an earlier life of this key made it and Temporal has forgotten that life. */
  heldByEarlierLife?: RunReading;
  /** Since when TFE has answered 404 for the run. */
  goneSinceMs?: number;
  /** The last message that said who cancels. It counts only if the cancellation comes. */
  cancellation?: Cancellation;
  warnings: string[];
  waitingFor?: string;
  plannedChanges?: PlannedChange[];
  unlistedChanges?: UnlistedChanges[];
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
  early: [],
  refusedMessages: [],
  refusedMessagesDropped: 0,
  passed: [],
  acts: { applySent: false, emptyApply: 'refused' },
  warnings: [],
});

/**
 * Another run is the request's from now on. What we saw, decided and did about the one before does not count for it.
 */
export function forgetRun(snapshot: RunSnapshot): void {
  for (const fact of ['planSeen', 'plannedChanges', 'unlistedChanges', 'expiresAtMs', 'restsEmpty'] as const) {
    delete snapshot[fact];
  }
  for (const fact of ['confirmer', 'deadlinesAtMs', 'applyAccepted', 'applyMayHaveLanded'] as const) {
    delete snapshot[fact];
  }
  delete snapshot.overridesDone;
  snapshot.acts = { applySent: false, emptyApply: snapshot.acts.emptyApply };
  snapshot.passed = [];
  snapshot.phase = 'queued';
}

/** What an execution starts with: the request as it was sent, or the snapshot of the execution before it. */
export type RunArguments = [input: unknown, snapshot?: RunSnapshot];
