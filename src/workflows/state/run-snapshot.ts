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

/** What `acceptRequest` answers: the request with its defaults, and whom it is for. */
export interface AcceptedRequest {
  request: RunRequest;
  installation: string;
  /** Id of the namespace, as its server has it: no workflow can ask for it. */
  namespaceId: string;
  /** https://tfe.example.com, without a path: for links to runs. */
  tfeAddress: string;
}

/** Everything a request knows, as plain JSON: continue-as-new carries it, so no class, Map or Date may stand in it. */
export interface RunSnapshot {
  accepted?: AcceptedRequest;
  /** When the request was started: a reset, even to the very beginning, does not move it. Bounds the look-ups. */
  startedAtMs: number;
  /** When this request began, or began anew by a reset to its beginning; deadlines count from it. */
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
  /** Signals about a run that was not looked at yet: weighed when it has been. */
  early: SentDecision[];
  refusedMessages: RefusedMessage[];
  refusedMessagesDropped: number;
  /** People can see what the run would change, or are told why not: only then they are asked. */
  planSeen?: true;
  /** When the approval expires; set when people are asked. */
  expiresAtMs?: number;
  /** When the deadlines pass that begin with a phase of the run. */
  deadlinesAtMs?: { plan?: number; apply?: number; cleanup?: number };
  passed: Deadline[];
  acts: OurActs;
  /** Which option TFE ignored when it made the run, as a sentence. */
  optionIgnored?: string;
  /** The answer of an apply was lost: a confirmation that is seen later is ours. */
  applyMayHaveLanded?: true;
  /** TFE accepted the apply; until it shows that, or till then, the run counts as being applied. */
  applyAccepted?: { settlesAtMs: number };
  /** TFE lets a run without changes rest instead of finishing it: people are asked. */
  restsEmpty?: true;
  /** A phase that was assumed and not seen in TFE yet. */
  unseen?: 'applying';
  /** The run was confirmed, and that was looked into: it was not this request. */
  confirmer?: 'somebody-else';
  /** Overrides of this run that TFE has taken. */
  overridesDone?: number;
  /** A write was in doubt once, so the look-up is repeated before the apply and at the end. */
  doubted?: true;
  inDoubt?: string;
  blocker?: string;
  /** The run that holds the workspace is of this key, and of a life that Temporal has forgotten. */
  heldByEarlierLife?: RunReading;
  /** Since when TFE has not shown the run any more (404). */
  goneSinceMs?: number;
  /** Who said that they cancel, last; it counts only with the cancellation. */
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

/** Another run is the request's from now on: what was seen, decided and done of the one before does not count for it. */
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

/** What an execution starts with: the request as it was sent, or the snapshot with which another one ended. */
export type RunArguments = [input: unknown, snapshot?: RunSnapshot];
