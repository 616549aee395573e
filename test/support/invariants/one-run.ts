import { breach, type Evidence, type RequestToCheck, type Violation } from './evidence.ts';
import { appliesIn, idsOf, isFinal, latestOf, lifeOfRun, requestOfRun, runsOf, wasConfirmed } from './runs-of.ts';

/**
 * I1: at most one run of a request is ever confirmed, each run at most once, and no second one is left behind. A later
 * life of the same workflow id is a request of its own; what a terminated one leaves is the reaper's.
 */
export const oneRun = (evidence: Evidence): Violation[] => [
  ...evidence.requests.flatMap((request) => [...confirmedTwice(request, evidence), ...leftBehind(request, evidence)]),
  ...appliedTwice(evidence),
];

function confirmedTwice(request: RequestToCheck, evidence: Evidence): Violation[] {
  const confirmed = runsOf(request, evidence).filter((run) => wasConfirmed(run, evidence));
  const lives = Map.groupBy(confirmed, lifeOfRun);
  return [...lives.values()]
    .filter((runs) => runs.length > 1)
    .map((runs) => breach('I1', request.workflowId, `confirmed runs: ${idsOf(runs)}`));
}

function leftBehind(request: RequestToCheck, evidence: Evidence): Violation[] {
  const latest = latestOf(request);
  const ending = latest?.ending;
  if (ending === undefined || ending.kind === 'terminated' || ending.kind === 'continued') return [];
  // The ending says that something of it may be left.
  if (ending.failureType === 'cleanup-incomplete' || ending.warnings?.some((warning) => /reaper/.test(warning)))
    return [];
  return runsOf(request, evidence)
    .filter((run) => lifeOfRun(run) === latest?.firstRunId && run.id !== ending.runId && !isFinal(run))
    .map((run) => breach('I1', request.workflowId, `${run.id} is left ${run.status}`));
}

function appliedTwice(evidence: Evidence): Violation[] {
  const ours = new Set(evidence.runs.filter((run) => requestOfRun(run) !== undefined).map(({ id }) => id));
  const accepted = appliesIn(evidence).filter(({ committed, runId }) => committed && ours.has(runId));
  return [...Map.groupBy(accepted, ({ runId }) => runId)]
    .filter(([, applies]) => applies.length > 1)
    .map(([runId]) => breach('I1', runId, 'its apply was accepted twice'));
}
