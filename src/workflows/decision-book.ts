import type { Decision, DecisionAnswer, Verdict } from '../contract/decision.ts';
import {
  gateOf,
  MAX_KEPT_DECISIONS,
  missingApprovals,
  refusalOf,
  refusalSentence,
  verdictOf,
  type ApprovalContext,
} from '../domain/approval.ts';
import { parseDecision, type SentDecision } from '../domain/sent-message.ts';
import type { RunSnapshot } from './run-snapshot.ts';

const MAX_REFUSED_MESSAGES = 10;

/** What people have sent about a request, whether it counts, and what it adds up to. Kept in the request's snapshot. */
export class DecisionBook {
  private readonly data: RunSnapshot;
  private readonly onChange: () => void;

  constructor(data: RunSnapshot, onChange: () => void) {
    this.data = data;
    this.onChange = onChange;
  }

  get verdict(): Verdict {
    if (this.data.acts.endedFor === 'expired') return 'expired';
    const context = this.context();
    return context === undefined ? 'pending' : verdictOf(this.data.decisions, context);
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

  /** The override that somebody decided on and TFE has not taken yet. */
  get pendingOverride(): Decision | undefined {
    const { phase, reading, overridesDone = 0 } = this.data;
    const counted = this.counting('override').filter(({ runId }) => runId === reading?.id);
    return phase === 'awaiting-override' ? counted[overridesDone] : undefined;
  }

  /** A signal `approve`, `reject` or `override`, whatever was sent. Never throws. */
  recordSignal(verdict: Decision['verdict'], sent: unknown): void {
    const parsed = parseDecision(sent, verdict);
    if (parsed.kind === 'refused') this.refuse(verdict, parsed.reason);
    else this.record(parsed.decision);
  }

  /** The update `decide`, already found well formed by its validator. */
  decide(sent: unknown): DecisionAnswer {
    const parsed = parseDecision(sent);
    if (parsed.kind === 'refused') throw new Error(parsed.reason); // the validator refuses it before history does
    const { ignored } = this.record(parsed.decision);
    const answer = { verdict: this.verdict, missing: this.missing };
    if (ignored === undefined) return { kind: 'counted', ...answer };
    return { kind: 'refused', refusal: ignored, message: refusalSentence(ignored), ...answer };
  }

  /** Remembers a message that nobody could read. */
  refuse(message: string, reason: string): void {
    const { refusedMessages } = this.data;
    if (refusedMessages.length >= MAX_REFUSED_MESSAGES) this.data.refusedMessagesDropped += 1;
    const refused = { message: message.slice(0, 100), reason, at: now() };
    this.data.refusedMessages = [...refusedMessages, refused].slice(-MAX_REFUSED_MESSAGES);
    if (this.data.refusedMessagesDropped === 0) this.onChange(); // in a flood: see record
  }

  private record(sent: SentDecision): Decision {
    const context = this.context();
    const ignored = context === undefined ? 'no-run-yet' : refusalOf(sent, this.data.decisions, context);
    const decision: Decision = { ...sent, at: now(), ...(ignored && { ignored }) };
    this.keep(decision);
    // In a flood, what does not count is shown with the next change: drawing each would outlast the workflow task.
    if (ignored === undefined || this.data.decisionsDropped === 0) this.onChange();
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

  private counting(verdict: Decision['verdict']): Decision[] {
    return this.data.decisions.filter((decision) => decision.verdict === verdict && decision.ignored === undefined);
  }

  /** What decisions are weighed against; undefined until the request is accepted. */
  private context(): ApprovalContext | undefined {
    const { accepted, reading, phase, overridesDone = 0 } = this.data;
    if (accepted === undefined) return undefined;
    const { approval, requestedBy } = accepted.request;
    return { policy: approval, requestedBy, runId: reading?.id, gate: gateOf(phase), overridesDone };
  }
}

const now = (): string => new Date(Date.now()).toISOString();
