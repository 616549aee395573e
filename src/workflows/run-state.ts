import type { Decision, DecisionAnswer, RefusedMessage, Verdict } from '../contract/decision.ts';
import type { FailureType } from '../contract/failure-types.ts';
import type { Changed, Outcome, PlannedChange, RunOutput } from '../contract/outcome.ts';
import type { Phase } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';
import type { RunRequest } from '../contract/run-request.ts';
import type { PhaseChange } from '../contract/run-view.ts';
import {
  MAX_KEPT_DECISIONS,
  missingApprovals,
  refusalOf,
  refusalSentence,
  verdictOf,
  type ApprovalContext,
} from '../domain/approval.ts';
import type { OurActs } from '../domain/outcome.ts';
import { isKnownStatus, phaseOfRun } from '../domain/run-phase.ts';
import { parseDecision } from '../domain/sent-message.ts';

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
  gate: ApprovalContext['gate'];
  expiresAtMs?: number;
  acts: OurActs;
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

const MAX_PHASE_CHANGES = 100;
const MAX_WARNINGS = 20;
const MAX_REFUSED_MESSAGES = 10;

const newRequest = (startedAtMs: number, nowMs: number): RunSnapshot => ({
  startedAtMs,
  acceptedAtMs: nowMs,
  configurationVersionIds: [],
  phase: 'preparing',
  history: [{ phase: 'preparing', at: new Date(nowMs).toISOString() }],
  decisions: [],
  decisionsDropped: 0,
  refusedMessages: [],
  refusedMessagesDropped: 0,
  gate: 'not-yet',
  acts: { apply: 'not-sent', emptyApply: 'refused' },
  doubt: 'never',
  warnings: [],
});

/** The state of one request and its rules of change. Whatever changes it calls `changed`, which shows it to people. */
export class RunState {
  readonly data: RunSnapshot;
  /** Somebody says that the run changed. */
  nudged: 'yes' | 'no' = 'no';
  cancelRequested: 'yes' | 'no' = 'no';
  /** Called after each change; set by the workflow, which may not be imported here. */
  onChange: (change: 'phase' | 'detail') => void = () => {};

  /** `started` is the start of a request that has no snapshot yet. */
  constructor(snapshot: RunSnapshot | undefined, started: Date) {
    this.data = snapshot ?? newRequest(started.getTime(), Date.now());
  }

  get request(): RunRequest {
    return this.accepted.request;
  }

  get accepted(): AcceptedRequest {
    if (this.data.accepted === undefined) throw new Error('asked for the request before it was accepted');
    return this.data.accepted;
  }

  get reading(): RunReading {
    if (this.data.reading === undefined) throw new Error('asked for the run before it was created');
    return this.data.reading;
  }

  get phase(): Phase {
    return this.data.phase;
  }

  get verdict(): Verdict {
    if (this.data.acts.endedFor === 'expired') return 'expired';
    if (this.data.accepted === undefined) return 'pending';
    return verdictOf(this.data.decisions, this.approvalContext());
  }

  /** A look from before the accepted apply took effect: a 202 is only queued, and reads may lag behind it. */
  isStale(reading: RunReading): boolean {
    const { applySettlesAtMs = 0 } = this.data;
    return (
      this.phase === 'applying' && phaseOfRun(reading) === 'awaiting-confirmation' && Date.now() < applySettlesAtMs
    );
  }

  /** A look at the run: moves the phase, opens or closes the gate. */
  observe(reading: RunReading): void {
    const before = this.data.reading;
    this.data.reading = reading;
    if (before?.status !== reading.status && !isKnownStatus(reading.status)) {
      this.warn(`TFE reports the status "${reading.status}", which is not known here: waiting goes on`);
    }
    this.enter(this.data.phase === 'cleaning-up' && !isEnd(phaseOfRun(reading)) ? 'cleaning-up' : phaseOfRun(reading));
  }

  enter(phase: Phase): void {
    if (this.data.phase === phase && this.data.unseen === undefined) return this.onChange('detail');
    delete this.data.unseen;
    this.begin(phase);
    this.onChange('phase');
  }

  /** TFE accepted the apply: it counts as begun. Search attributes follow when it is seen, or the next phase is. */
  assumeApplying(): void {
    this.data.unseen = 'applying';
    this.begin('applying');
    this.onChange('detail');
  }

  private begin(phase: Phase): void {
    this.data.gate = gateOf(phase);
    if (this.data.phase === phase) return;
    this.data.phase = phase;
    const status = this.data.reading?.status;
    this.data.history = [
      ...this.data.history.slice(1 - MAX_PHASE_CHANGES),
      { phase, ...(status !== undefined && { status }), at: new Date(Date.now()).toISOString() },
    ];
  }

  /** Sets plain facts; an undefined value removes the fact. */
  note(facts: { [K in 'blocker' | 'inDoubt' | 'waitingFor' | 'expiresAtMs']?: RunSnapshot[K] | undefined }): void {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) delete this.data[name as 'blocker'];
      else Object.assign(this.data, { [name]: value });
    }
    this.onChange('detail');
  }

  warn(warning: string): void {
    if (this.data.warnings.includes(warning)) return;
    this.data.warnings = [...this.data.warnings, warning].slice(-MAX_WARNINGS);
    this.onChange('detail');
  }

  /** A signal `approve` or `reject`, whatever was sent. Never throws. */
  recordSignal(verdict: Decision['verdict'], sent: unknown): void {
    const parsed = parseDecision(sent, verdict);
    if (parsed.kind === 'refused') this.refuse(verdict, parsed.reason);
    else this.record(parsed.decision);
  }

  /** The update `decide`, already found well formed by its validator. */
  decide(sent: unknown): DecisionAnswer {
    const parsed = parseDecision(sent);
    if (parsed.kind === 'refused') throw new Error(parsed.reason); // the validator refuses it before history does
    const decision = this.record(parsed.decision);
    const answer = { verdict: this.verdict, missing: this.missing() };
    if (decision.ignored === undefined) return { kind: 'counted', ...answer };
    return { kind: 'refused', refusal: decision.ignored, message: refusalSentence(decision.ignored), ...answer };
  }

  /** Remembers a message that nobody could read. */
  refuse(message: string, reason: string): void {
    const { refusedMessages } = this.data;
    if (refusedMessages.length >= MAX_REFUSED_MESSAGES) this.data.refusedMessagesDropped += 1;
    const at = new Date(Date.now()).toISOString();
    this.data.refusedMessages = [...refusedMessages, { message: message.slice(0, 100), reason, at }].slice(
      -MAX_REFUSED_MESSAGES,
    );
    if (this.data.refusedMessagesDropped === 0) this.onChange('detail'); // in a flood: see record
  }

  /** The override that somebody decided on and TFE has not taken yet. */
  pendingOverride(): Decision | undefined {
    const counted = this.data.decisions.filter(
      ({ verdict, ignored, runId }) =>
        verdict === 'override' && ignored === undefined && runId === this.data.reading?.id,
    );
    return this.phase === 'awaiting-override' ? counted[this.data.overridesDone ?? 0] : undefined;
  }

  missing(): number {
    if (this.data.accepted === undefined) return 1;
    return missingApprovals(this.data.decisions, this.approvalContext());
  }

  private record(sent: Parameters<typeof refusalOf>[0]): Decision {
    const ignored =
      this.data.accepted === undefined ? 'no-run-yet' : refusalOf(sent, this.data.decisions, this.approvalContext());
    const decision: Decision = { ...sent, at: new Date(Date.now()).toISOString(), ...(ignored && { ignored }) };
    this.keep(decision);
    // In a flood, what does not count is shown with the next change: drawing each would outlast the workflow task.
    if (ignored === undefined || this.data.decisionsDropped === 0) this.onChange('detail');
    return decision;
  }

  // What counts is always kept; of the rest the newest, so that a flood of signals cannot fill the state.
  private keep(decision: Decision): void {
    const all = [...this.data.decisions, decision];
    if (all.length > MAX_KEPT_DECISIONS) {
      const oldestIgnored = all.findIndex((kept) => kept.ignored !== undefined);
      all.splice(Math.max(oldestIgnored, 0), 1);
      this.data.decisionsDropped += 1;
    }
    this.data.decisions = all;
  }

  private approvalContext(): ApprovalContext {
    const { request } = this.accepted;
    return {
      policy: request.approval,
      requestedBy: request.requestedBy,
      runId: this.data.reading?.id,
      gate: this.data.gate,
      overridesDone: this.data.overridesDone ?? 0,
    };
  }
}

const isEnd = (phase: Phase): boolean => phase === 'finished' || phase === 'ended-badly';

function gateOf(phase: Phase): ApprovalContext['gate'] {
  switch (phase) {
    case 'preparing':
    case 'queued':
    case 'planning':
    case 'checking':
      return 'not-yet';
    case 'awaiting-override':
      return 'reject-only';
    case 'awaiting-confirmation':
      return 'open';
    case 'applying':
    case 'cleaning-up':
    case 'finished':
    case 'ended-badly':
      return 'closed';
  }
}
