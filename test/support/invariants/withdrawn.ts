import { breach, type Evidence, type Execution, type RequestToCheck, type Violation } from './evidence.ts';
import { appliesIn, lifeOfRun, momentOf, runsOf } from './runs-of.ts';

/** A worker sends what it has begun within this time, or not at all: docs/reliability.md. */
const BEGUN_IS_SENT_WITHIN_MS = 5_000;
const NOT_APPLIED = new Set(['rejected', 'expired']);

/**
 * I8: a request that was canceled, rejected or expired before its apply was sent is never applied. The workflow task that
 * orders an apply knows everything that came before it; what it ordered before a cancel is begun at once or withdrawn.
 */
export const withdrawn = (evidence: Evidence): Violation[] =>
  evidence.requests.flatMap((request) => [
    ...request.executions.flatMap(orderedThoughCanceled),
    ...sentLongAfterCancel(request, evidence),
    ...appliedThoughEnded(request, evidence),
  ]);

const orderedThoughCanceled = ({ cancels, applyOrders }: Execution): Violation[] =>
  applyOrders
    .filter(({ orderedAtMs }) => cancels.some(({ seenAtMs = Infinity }) => seenAtMs <= orderedAtMs))
    .map(({ runId }) => breach('I8', runId, 'its apply was ordered after the request had been canceled'));

function sentLongAfterCancel(request: RequestToCheck, evidence: Evidence): Violation[] {
  const own = new Map(runsOf(request, evidence).map((run) => [run.id, run]));
  return appliesIn(evidence).flatMap((apply) => {
    const run = own.get(apply.runId);
    if (run === undefined) return [];
    // What an execution was told counts until it is reset, and for no other life.
    const execution = request.executions
      .filter(({ firstRunId, startedAtMs }) => firstRunId === lifeOfRun(run) && startedAtMs <= momentOf(apply))
      .toSorted((one, other) => one.startedAtMs - other.startedAtMs)
      .at(-1);
    const canceledAtMs = Math.min(...(execution?.cancels ?? []).map(({ seenAtMs = Infinity }) => seenAtMs));
    if (momentOf(apply) <= canceledAtMs + BEGUN_IS_SENT_WITHIN_MS) return [];
    return [breach('I8', run.id, `apply ${apply.seq} was sent long after the request had been canceled`)];
  });
}

function appliedThoughEnded({ workflowId, executions }: RequestToCheck, evidence: Evidence): Violation[] {
  const accepted = new Set(appliesIn(evidence).flatMap(({ runId, committed }) => (committed ? [runId] : [])));
  return executions
    .filter(({ ending }) => NOT_APPLIED.has(ending?.outcome ?? '') && accepted.has(ending?.runId ?? ''))
    .map(({ ending }) => breach('I8', workflowId, `it ended as ${ending?.outcome}, and ${ending?.runId} was applied`));
}
