import type { Decision, DecisionRefusal, Verdict } from '../contract/decision.ts';
import type { ApprovalPolicy } from '../contract/run-request.ts';
import type { RunPhase } from './run-phase.ts';
import type { SentDecision } from './sent-message.ts';

/** Which decisions people may make on a run now. */
export type OpenTo =
  /** The run is not planned, or its plan was not read yet. */
  | 'nothing-yet'
  /** The run waits for an override or a check before people can approve it. */
  | 'reject-or-override'
  /** The apply itself is held: only an override lets it go on. */
  | 'override'
  /** The run waits to be confirmed, and people can see what it would change. */
  | 'every-decision'
  | 'nothing-more';

/** What decisions are weighed against: which run waits for people, if any. */
export interface ApprovalContext {
  policy: ApprovalPolicy;
  requestedBy: string;
  /** The run of the request, once there is one. */
  runId: string | undefined;
  openTo: OpenTo;
  /** The approval has expired. */
  expired: boolean;
  /** How many overrides of this run TFE has taken. */
  overridesDone: number;
}

/** Which decisions people can make on a run. */
export function whatItIsOpenTo(run: {
  phase: RunPhase;
  pastConfirmation: boolean;
  planSeen: boolean;
  /** People have been asked before. */
  asked: boolean;
  /** The run is being ended. */
  ending: boolean;
}): OpenTo {
  if (run.pastConfirmation || run.ending) {
    return run.phase === 'awaiting-override' && run.pastConfirmation ? 'override' : 'nothing-more';
  }
  switch (run.phase) {
    case 'queued':
    case 'planning':
      return 'nothing-yet';
    case 'checking':
      return run.asked ? 'reject-or-override' : 'nothing-yet';
    case 'awaiting-override':
      return 'reject-or-override';
    case 'awaiting-confirmation':
      return run.planSeen ? 'every-decision' : 'nothing-yet';
    case 'applying':
    case 'finished':
    case 'ended-badly':
      return 'nothing-more';
  }
}

/**
 * The most decisions that are kept; the rest is only counted. continue-as-new carries them, and history is not a log.
 */
export const MAX_KEPT_DECISIONS = 50;

/** Why a decision does not count, or undefined where it does. Pure; a repeated delivery of a signal is `repeated`. */
export function refusalOf(
  sent: SentDecision,
  earlier: readonly Decision[],
  context: ApprovalContext,
): DecisionRefusal | undefined {
  // Approvals of an earlier run of the request do not count: a new plan needs a new decision.
  const counting = countingOn(context.runId, earlier);
  if (earlier.some((decision) => isSameDecision(decision, sent))) return 'repeated';
  if (context.openTo === 'nothing-more')
    return verdictOf(earlier, context) === 'pending' ? 'request-ended' : 'already-decided';
  if (context.runId === undefined) return 'no-run-yet';
  if (sent.runId !== context.runId) return 'other-run';
  const verdict = verdictOf(earlier, context);
  // An approved run was planned before, though its checks may run again now.
  const isWithdrawal = sent.choice === 'reject' && verdict === 'approved';
  if (sent.choice !== 'override' && context.openTo === 'nothing-yet' && !isWithdrawal) return 'not-planned-yet';
  // After a confirmation elsewhere only an override counts, whatever was decided here.
  if (context.openTo === 'override') {
    return sent.choice === 'override' ? refusalOfOverride(counting, context) : 'already-decided';
  }
  if (context.expired || verdict === 'rejected') return 'already-decided';
  // A policy may also hold a run that is approved.
  if (sent.choice === 'override') return refusalOfOverride(counting, context);
  // A rejection counts until the apply was sent, even after enough approvals.
  if (sent.choice === 'reject') return undefined;
  if (verdict !== 'pending') return 'already-decided';
  if (context.openTo === 'reject-or-override') return 'not-planned-yet';
  if (context.policy.requester === 'may-not-approve' && samePerson(sent.by, context.requestedBy))
    return 'requester-may-not-approve';
  if (counting.some((decision) => decision.choice === 'approve' && samePerson(decision.by, sent.by)))
    return 'same-person';
  return undefined;
}

// One override goes to TFE at a time. If policies hold the run again, another one may be needed.
function refusalOfOverride(counting: readonly Decision[], context: ApprovalContext): DecisionRefusal | undefined {
  if (context.openTo !== 'reject-or-override' && context.openTo !== 'override') return 'nothing-to-override';
  if (context.overridesDone < counting.filter(({ choice }) => choice === 'override').length) return 'already-decided';
  return undefined;
}

/** What the decisions made on this run add up to. One reject is enough; approvals are counted by person. */
export function verdictOf(decisions: readonly Decision[], context: Pick<ApprovalContext, 'policy' | 'runId'>): Verdict {
  const counting = countingOn(context.runId, decisions);
  if (counting.some((decision) => decision.choice === 'reject')) return 'rejected';
  return missingApprovals(decisions, context) === 0 ? 'approved' : 'pending';
}

export function missingApprovals(
  decisions: readonly Decision[],
  context: Pick<ApprovalContext, 'policy' | 'runId'>,
): number {
  const approvals = countingOn(context.runId, decisions).filter((decision) => decision.choice === 'approve');
  const people = new Set(approvals.map((decision) => personOf(decision.by)));
  // Whatever the policy says, nothing is approved without a person (I2).
  return Math.max(0, Math.max(1, context.policy.approvers) - people.size);
}

const countingOn = (runId: string | undefined, decisions: readonly Decision[]): Decision[] =>
  decisions.filter((decision) => decision.ignored === undefined && decision.runId === runId);

const REFUSALS: Record<DecisionRefusal, string> = {
  'no-run-yet': 'there is no run to decide on yet',
  'other-run': 'it names another run than the one that is waiting',
  'not-planned-yet': 'the run is not planned yet: decide when its plan can be seen',
  'nothing-to-override': 'no policy or task holds the run now',
  'already-decided': 'the run is already decided',
  repeated: 'this decision was already received',
  'requester-may-not-approve': 'the person who asked for the run may not approve it',
  'same-person': 'this person has already approved',
  'request-ended': 'the request has ended',
};

/** One clear sentence for the sender. */
export const refusalSentence = (refusal: DecisionRefusal): string => REFUSALS[refusal];

// Two people may choose the same id by chance. So that no rejection is swallowed, the rest must agree too.
const isSameDecision = (earlier: Decision, sent: SentDecision): boolean =>
  sent.decisionId !== undefined &&
  sent.decisionId === earlier.decisionId &&
  sent.choice === earlier.choice &&
  sent.runId === earlier.runId &&
  samePerson(sent.by, earlier.by);

// People type names by hand: case, blanks and the encoding of accents do not make a second person.
const personOf = (name: string): string => name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
const samePerson = (one: string, other: string): boolean => personOf(one) === personOf(other);
