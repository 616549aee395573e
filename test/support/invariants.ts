/** What TFE itself knows of a run: never our own view of it. */
export interface RunInTfe {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly planOnly: boolean;
}

/** What the journal of TFE must tell: requests that it got, and changes of its runs. */
export type Witnessed =
  | {
      readonly kind: 'request';
      readonly seq: number;
      readonly route: string;
      readonly path: string;
      readonly committed: boolean;
    }
  | { readonly kind: 'run-status'; readonly seq: number; readonly runId: string; readonly status: string }
  | { readonly kind: 'person' | 'outage' | 'delivery' | 'fault'; readonly seq: number };

/** An approval that somebody sent, and the last thing that TFE had seen before it was sent. */
export interface ApprovalSent {
  readonly runId: string;
  readonly afterSeq: number;
}

/** A request as its caller knows it: its workflow id, and how it ended, if it has. */
export interface RequestToCheck {
  readonly workflowId: string;
  readonly state: 'open' | 'closed';
  /** Of its ending. */
  readonly runId?: string | undefined;
  /** The ending says that the run is not final: `cleanup-incomplete`. */
  readonly saysWhyNotFinal?: boolean;
}

export interface Evidence {
  readonly journal: readonly Witnessed[];
  readonly runs: readonly RunInTfe[];
  readonly approvals: readonly ApprovalSent[];
  readonly requests: readonly RequestToCheck[];
}

export const CHECKED_INVARIANTS = ['I1', 'I2', 'I3', 'I6'] as const;
export type CheckedInvariant = (typeof CHECKED_INVARIANTS)[number];

export interface Violation {
  readonly invariant: CheckedInvariant;
  readonly subject: string;
  readonly what: string;
}

const FINAL = new Set([
  'applied',
  'planned_and_finished',
  'errored',
  'canceled',
  'force_canceled',
  'discarded',
  'policy_soft_failed',
]);
const CONFIRMED = new Set(['confirmed', 'queuing_apply', 'apply_queued', 'applying', 'applied']);
const APPLY = 'POST /runs/:run_id/actions/apply';
// Read here by a rule of its own: the checker must not share the code that it checks.
const MARKER = /\[runwright \S+ \S+ (\S+) \S+ #\d+\]\s*$/;

/** The workflow id in the marker of a run's message. */
export const requestOfRun = ({ message }: Pick<RunInTfe, 'message'>): string | undefined => MARKER.exec(message)?.[1];

/**
 * Every breach of the promises, from what TFE wrote down:
 * I1 at most one run of a request is ever confirmed, each run at most once, and no second one is left behind;
 * I2 no apply is sent without an approval of that very run before it;
 * I3 the run of a closed request is final, or its ending says why it is not;
 * I6 every request has ended (asked when it had all the time it may take).
 */
export function violationsOf(evidence: Evidence): Violation[] {
  return [
    ...evidence.requests.flatMap((request) => ofRequest(request, evidence)),
    ...ofApplies(evidence),
    ...evidence.requests
      .filter(({ state }) => state === 'open')
      .map(({ workflowId }) => breach('I6', workflowId, 'has not ended')),
  ];
}

function ofRequest(request: RequestToCheck, { journal, runs }: Evidence): Violation[] {
  const own = runs.filter((run) => requestOfRun(run) === request.workflowId && !run.planOnly);
  const confirmed = own.filter((run) => wasConfirmed(run, journal));
  const found: Violation[] = [];
  if (confirmed.length > 1) found.push(breach('I1', request.workflowId, `confirmed runs: ${idsOf(confirmed)}`));
  if (request.state === 'open') return found;
  for (const run of own.filter(({ status }) => !FINAL.has(status))) {
    if (request.saysWhyNotFinal === true) continue;
    const invariant = run.id === request.runId ? 'I3' : 'I1';
    found.push(breach(invariant, request.workflowId, `${run.id} is left ${run.status}`));
  }
  return found;
}

const wasConfirmed = (run: RunInTfe, journal: readonly Witnessed[]): boolean =>
  CONFIRMED.has(run.status) ||
  journal.some((entry) => entry.kind === 'run-status' && entry.runId === run.id && CONFIRMED.has(entry.status));

function ofApplies({ journal, approvals }: Evidence): Violation[] {
  const accepted = new Map<string, number>();
  const found: Violation[] = [];
  for (const entry of journal) {
    if (entry.kind !== 'request' || entry.route !== APPLY) continue;
    const { path, seq, committed } = entry;
    const runId = path.split('/').at(-3) ?? '';
    if (!approvals.some((approval) => approval.runId === runId && approval.afterSeq < seq)) {
      found.push(breach('I2', runId, `apply ${seq} was sent without an approval`));
    }
    if (!committed) continue;
    accepted.set(runId, (accepted.get(runId) ?? 0) + 1);
    if (accepted.get(runId) === 2) found.push(breach('I1', runId, 'its apply was accepted twice'));
  }
  return found;
}

const breach = (invariant: CheckedInvariant, subject: string, what: string): Violation => ({
  invariant,
  subject,
  what,
});
const idsOf = (runs: readonly RunInTfe[]): string => runs.map(({ id, status }) => `${id} (${status})`).join(', ');
