import {
  breach,
  type DecisionSent,
  type Evidence,
  type Execution,
  type RequestSeen,
  type Violation,
} from './evidence.ts';
import type { PolicyAsked, RequestToCheck, RunInTfe } from './evidence.ts';
import { appliesIn, lifeOfRun, momentOf, plannedSinceMs, requestOfRun } from './runs-of.ts';

/**
 * I2: no apply is sent unless enough different people had approved that very run before it, the requester among them
 * only where the policy lets them, and no reject of that run was known to the workflow task that ordered it. And none is
 * sent that no workflow ordered.
 */
export function approved(evidence: Evidence): Violation[] {
  const requests = new Map(evidence.requests.map((request) => [request.workflowId, request]));
  const runs = new Map(evidence.runs.map((run) => [run.id, run]));
  const applies = appliesIn(evidence).flatMap((apply) => {
    const run = runs.get(apply.runId);
    const request = run && requests.get(requestOfRun(run) ?? '');
    if (!run || !request || isForgotten(run, request)) return [];
    return [...notApproved(apply, { run, request }), ...notOrdered(apply, { run, request })];
  });
  const rejected = evidence.requests.flatMap(({ executions }) =>
    executions.flatMap((execution) => orderedThoughRejected(execution, evidence)),
  );
  return [...applies, ...rejected];
}

/** Temporal knows nothing of that life any more: it was deleted. */
const isForgotten = (run: RunInTfe, { executions, noted = [] }: RequestToCheck): boolean =>
  noted.length === 0 && !executions.some(({ firstRunId }) => firstRunId === lifeOfRun(run));

interface Asked {
  readonly run: RunInTfe;
  readonly request: RequestToCheck;
}

function notApproved(apply: RequestSeen, { run, request }: Asked): Violation[] {
  const policy = policyOf(run, request);
  const sent = [...request.executions.flatMap(({ decisions }) => decisions), ...(request.noted ?? [])];
  const people = new Set(
    sent
      .filter((one) => one.choice === 'approve' && one.runId === run.id && one.atMs <= momentOf(apply) + ONE_TICK_MS)
      .map(({ by }) => personOf(by))
      .filter((person) => policy.requester === 'may-approve' || person !== personOf(policy.requestedBy)),
  );
  if (people.size >= policy.approvers) return [];
  return [breach('I2', run.id, `apply ${apply.seq} was sent with ${people.size} of ${policy.approvers} approvals`)];
}

function notOrdered(apply: RequestSeen, { run, request }: Asked): Violation[] {
  const orders = request.executions.flatMap(({ applyOrders }) => applyOrders);
  if (request.isIncomplete || !request.executions.some(({ firstRunId }) => firstRunId === lifeOfRun(run))) return [];
  if (orders.some((order) => order.runId === run.id && order.orderedAtMs <= momentOf(apply) + ONE_TICK_MS)) return [];
  return [breach('I2', run.id, `apply ${apply.seq} was sent, and no workflow had ordered it`)];
}

/** A reject that is older than the plan is none: it is answered so, and the run goes on to people. */
const orderedThoughRejected = ({ applyOrders, decisions }: Execution, evidence: Evidence): Violation[] =>
  applyOrders.flatMap(({ runId, orderedAtMs }) =>
    decisions
      .filter((one) => one.choice === 'reject' && one.runId === runId && isKnownAt(one, orderedAtMs))
      .filter(({ atMs }) => atMs > (plannedSinceMs(runId, evidence) ?? Infinity))
      .map(({ by }) => breach('I2', runId, `its apply was ordered after ${by} had rejected it`)),
  );

const isKnownAt = ({ seenAtMs }: DecisionSent, atMs: number): boolean => seenAtMs !== undefined && seenAtMs <= atMs;

/** Of the life that the run belongs to; without it, the strictest that is never wrong: somebody. */
const policyOf = (run: RunInTfe, { executions }: RequestToCheck): PolicyAsked =>
  executions.find(({ firstRunId, policy }) => firstRunId === lifeOfRun(run) && policy !== undefined)?.policy ??
  SOMEBODY;

const SOMEBODY: PolicyAsked = { approvers: 1, requester: 'may-approve', requestedBy: '' };
// TFE's journal counts whole milliseconds.
const ONE_TICK_MS = 1;

// Names are typed by hand; a rule of the checker's own.
const personOf = (by: string): string => by.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
