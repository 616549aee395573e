/** What TFE itself knows of a run: never our own view of it. */
export interface RunInTfe {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly planOnly: boolean;
}

/** What the journal of TFE must tell: requests that it got, and changes of its runs. */
export type Witnessed = RequestSeen | StatusSeen | { readonly kind: Noted; readonly seq: number; readonly at: string };

type Noted = 'person' | 'outage' | 'delivery' | 'fault';

export interface RequestSeen {
  readonly kind: 'request';
  readonly seq: number;
  /** When it came, ISO 8601. */
  readonly at: string;
  readonly route: string;
  readonly path: string;
  readonly committed: boolean;
  readonly answered: number | string;
  /** The fault that struck it. */
  readonly fault: string | null;
  /** Whose token it carried. */
  readonly user: string | null;
}

export interface StatusSeen {
  readonly kind: 'run-status';
  readonly seq: number;
  readonly at: string;
  readonly runId: string;
  readonly status: string;
}

/** Something that was sent to a request, and the moment from which a workflow task of it knew. */
export interface Sent {
  readonly atMs: number;
  /** Undefined: no workflow task has seen it, or nobody knows of one. */
  readonly seenAtMs?: number | undefined;
}

export interface DecisionSent extends Sent {
  readonly choice: 'approve' | 'reject' | 'override';
  readonly runId: string;
  readonly by: string;
}

/** The workflow's order to apply a run, and the start of the workflow task that gave it. */
export interface ApplyOrder {
  readonly runId: string;
  readonly orderedAtMs: number;
}

/** Who must approve, as the caller asked for it. */
export interface PolicyAsked {
  readonly approvers: number;
  readonly requester: 'may-approve' | 'may-not-approve';
  readonly requestedBy: string;
}

/** How an execution ended, in its own words. */
export interface EndingTold {
  readonly kind: 'completed' | 'failed' | 'canceled' | 'terminated' | 'continued';
  readonly atMs: number;
  readonly outcome?: string | undefined;
  readonly failureType?: string | undefined;
  readonly runId?: string | undefined;
  /** Of the run, as the ending tells it. */
  readonly status?: string | undefined;
  readonly warnings?: readonly string[] | undefined;
}

/** One execution as Temporal's history tells it. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  /** The same after continue-as-new and reset; a later life of the same workflow id has another one. */
  readonly firstRunId: string;
  readonly startedAtMs: number;
  /** Undefined where it was started without a request, as after continue-as-new. */
  readonly policy: PolicyAsked | undefined;
  readonly decisions: readonly DecisionSent[];
  readonly cancels: readonly Sent[];
  readonly applyOrders: readonly ApplyOrder[];
  /** Undefined while it is open. */
  readonly ending: EndingTold | undefined;
  /** Why its last workflow task failed, where it did: it does not go on. */
  readonly wedged: string | undefined;
  /** Names of the secrets that stand in its history. */
  readonly secrets: readonly string[];
}

/** A request as its caller knows it, and all executions of its workflow id that Temporal still knows. */
export interface RequestToCheck {
  readonly workflowId: string;
  readonly executions: readonly Execution[];
  /** Had all the time that it may take (I6). */
  readonly mustHaveEnded?: boolean;
  /** Sent by somebody who wrote it down, whatever Temporal has forgotten since. */
  readonly noted?: readonly DecisionSent[];
  /** Something of its history is gone: a deleted workflow, an older copy of the database. */
  readonly isIncomplete?: boolean;
}

/** Requests a second that TFE may see of everybody together over any ten seconds, and how many more at once. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Evidence {
  readonly journal: readonly Witnessed[];
  readonly runs: readonly RunInTfe[];
  readonly requests: readonly RequestToCheck[];
  /** Only where somebody declares one (I5). */
  readonly budget?: Budget | undefined;
}

export type CheckedInvariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I8';

export interface Violation {
  readonly invariant: CheckedInvariant;
  readonly subject: string;
  readonly what: string;
}

export const breach = (invariant: CheckedInvariant, subject: string, what: string): Violation => ({
  invariant,
  subject,
  what,
});
