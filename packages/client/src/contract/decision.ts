/** One person's approve, reject or policy override, bound to a run. An override is a decision of its own: it approves nothing. */
export interface Decision {
  choice: 'approve' | 'reject' | 'override';
  runId: string;
  by: string;
  /** Comment of an approval, reason of a rejection. */
  comment?: string;
  decisionId?: string;
  /** ISO 8601, the workflow's time. */
  at: string;
  /** Why it does not count, if it does not. */
  ignored?: DecisionRefusal;
}

/** Why a well-formed decision may not count. */
export type DecisionRefusal =
  | 'no-run-yet'
  | 'other-run'
  | 'not-planned-yet'
  | 'nothing-to-override'
  | 'already-decided'
  | 'repeated'
  | 'requester-may-not-approve'
  | 'same-person'
  | 'request-ended';

export type Verdict = 'pending' | 'approved' | 'rejected' | 'expired';

/** Answer of the update `decide`. */
export type DecisionAnswer =
  | { kind: 'counted'; verdict: Verdict; missing: number }
  | { kind: 'refused'; refusal: DecisionRefusal; message: string; verdict: Verdict; missing: number };

/** A message that no parser could read; kept so that its sender can be answered. */
export interface RefusedMessage {
  message: string;
  /** What was wrong with it. Never the message itself, which may hold anything. */
  reason: string;
  at: string;
}
