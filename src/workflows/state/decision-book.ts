import type { Decision, DecisionAnswer, Verdict } from '@runwright/client/contract';
import {
  type ApprovalContext,
  isPastConfirmation,
  MAX_KEPT_DECISIONS,
  missingApprovals,
  parseDecision,
  refusalOf,
  refusalSentence,
  type RunPhase,
  type SentDecision,
  verdictOf,
  whatItIsOpenTo,
} from '@runwright/client/domain';
import type { RunSnapshot } from './run-snapshot.ts';

const MAX_REFUSED_MESSAGES = 10;
// The most decisions that we keep about a run that was not looked at yet: a flood must not fill the state.
const MAX_EARLY = 20;

interface Surroundings {
  /** The run's phase; undefined before there is a run. */
  runPhase: () => RunPhase | undefined;
  changed: () => void;
  /** Asks for a look at the run. */
  look: () => void;
}

/** What people have decided on a request, which decisions count, and the verdict. Kept in the request's snapshot. */
export class DecisionBook {
  private readonly data: RunSnapshot;
  private readonly around: Surroundings;
  private readonly answers = new Map<SentDecision, (decision: Decision) => void>();

  constructor(data: RunSnapshot, around: Surroundings) {
    this.data = data;
    this.around = around;
  }

  get verdict(): Verdict {
    const context = this.context();
    if (context === undefined) return 'pending';
    return context.expired ? 'expired' : verdictOf(this.data.decisions, context);
  }

  /** How many approvals are missing. */
  get missing(): number {
    const context = this.context();
    return context === undefined ? 1 : missingApprovals(this.data.decisions, context);
  }

  /** The approvals that count, in the order in which they were given. */
  get approvals(): Decision[] {
    return this.counting('approve');
  }

  get rejection(): Decision | undefined {
    return this.counting('reject').at(-1);
  }

  /** The override that somebody decided on and that TFE has not taken yet. */
  get pendingOverride(): Decision | undefined {
    return this.around.runPhase() === 'awaiting-override'
      ? this.counting('override')[this.data.overridesDone ?? 0]
      : undefined;
  }

  /** A signal `approve`, `reject` or `override`, whatever was sent. Never throws. */
  recordSignal(choice: Decision['choice'], sent: unknown): void {
    const parsed = parseDecision(sent, choice);
    if (parsed.kind === 'refused') this.refuse(choice, parsed.reason);
    else if (this.isEarly(parsed.decision)) this.keepEarly(parsed.decision);
    else this.record(parsed.decision);
  }

  /** The update `decide`, whose validator has found it well formed. Answers once the run was looked at. */
  async decide(sent: unknown): Promise<DecisionAnswer> {
    const parsed = parseDecision(sent);
    if (parsed.kind === 'refused') throw new Error(parsed.reason); // the validator refuses it before history does
    const { decision } = parsed;
    const isWaiting = this.data.reading !== undefined && this.isEarly(decision);
    const { ignored } = isWaiting ? await this.recordLater(decision) : this.record(decision);
    const answer = { verdict: this.verdict, missing: this.missing };
    if (ignored === undefined) return { kind: 'counted', ...answer };
    return { kind: 'refused', refusal: ignored, message: refusalSentence(ignored), ...answer };
  }

  /** Weighs the decisions that came before the run was looked at. */
  weighEarly(): void {
    const { early } = this.data;
    if (early.length === 0) return;
    this.data.early = [];
    for (const sent of early) {
      const decision = this.record(sent);
      this.answers.get(sent)?.(decision);
      this.answers.delete(sent);
    }
  }

  /**
   * The request continues in a new execution, which weighs the rest. Callers who wait for an answer get it now: they
   * cannot wait across executions.
   */
  answerWaiting(): void {
    const { early } = this.data;
    const unanswered = early.filter((sent) => !this.answers.has(sent));
    this.data.early = early.filter((sent) => this.answers.has(sent));
    this.weighEarly();
    this.data.early = unanswered;
  }

  /** Remembers a message that nobody could read. */
  refuse(message: string, reason: string): void {
    const { refusedMessages } = this.data;
    if (refusedMessages.length >= MAX_REFUSED_MESSAGES) this.data.refusedMessagesDropped += 1;
    const refused = { message: message.slice(0, 100), reason, at: now() };
    this.data.refusedMessages = [...refusedMessages, refused].slice(-MAX_REFUSED_MESSAGES);
    if (this.data.refusedMessagesDropped === 0) this.around.changed(); // in a flood: see record
  }

  // People may see the run in TFE before Runwright does, so their decision on this very run is only early, not wrong.
  // The same holds while the creation is in doubt and the run is not known yet.
  private isEarly(sent: SentDecision): boolean {
    const { reading, inDoubt, early } = this.data;
    if (this.context()?.openTo !== 'nothing-yet' || early.length >= MAX_EARLY) return false;
    // To reject what is approved already needs no look: the run was planned before.
    if (sent.choice === 'reject' && this.verdict === 'approved') return false;
    return reading === undefined ? inDoubt !== undefined : reading.id === sent.runId;
  }

  private keepEarly(sent: SentDecision): void {
    this.data.early = [...this.data.early, sent];
    if (this.data.reading !== undefined) this.around.look();
  }

  private recordLater(sent: SentDecision): Promise<Decision> {
    return new Promise((resolve) => {
      this.answers.set(sent, resolve);
      this.keepEarly(sent);
    });
  }

  private record(sent: SentDecision): Decision {
    const context = this.context();
    const ignored = context === undefined ? 'no-run-yet' : refusalOf(sent, this.data.decisions, context);
    const decision: Decision = { ...sent, at: now(), ...(ignored && { ignored }) };
    this.keep(decision);
    // In a flood, a decision that does not count is shown with the next change: drawing each would outlast the workflow
    // task.
    if (ignored === undefined || this.data.decisionsDropped === 0) this.around.changed();
    return decision;
  }

  // Every decision that counts is kept. Of the rest only the newest are, so that a flood of signals cannot fill the
  // state.
  private keep(decision: Decision): void {
    const all = [...this.data.decisions, decision];
    if (all.length > MAX_KEPT_DECISIONS) {
      const oldestIgnored = all.findIndex((kept) => kept.ignored !== undefined);
      all.splice(Math.max(oldestIgnored, 0), 1);
      this.data.decisionsDropped += 1;
    }
    this.data.decisions = all;
  }

  /** The decisions on this run that count. */
  private counting(choice: Decision['choice']): Decision[] {
    const { decisions, reading } = this.data;
    return decisions.filter(
      (decision) => decision.choice === choice && decision.ignored === undefined && decision.runId === reading?.id,
    );
  }

  /** What decisions are weighed against; undefined until the request is accepted. */
  private context(): ApprovalContext | undefined {
    const { accepted, reading, overridesDone = 0, planSeen, expiresAtMs, passed, acts } = this.data;
    if (accepted === undefined) return undefined;
    const { approval, requestedBy } = accepted.request;
    const phase = this.around.runPhase();
    const openTo =
      reading === undefined || phase === undefined
        ? 'nothing-yet'
        : whatItIsOpenTo({
            phase,
            pastConfirmation: isPastConfirmation(reading),
            planSeen: planSeen === true,
            asked: expiresAtMs !== undefined,
            ending: acts.endedFor !== undefined,
          });
    return {
      policy: approval,
      requestedBy,
      runId: reading?.id,
      openTo,
      expired: passed.includes('approval'),
      overridesDone,
    };
  }
}

const now = (): string => new Date(Date.now()).toISOString();
