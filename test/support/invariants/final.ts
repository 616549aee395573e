import { breach, type EndingTold, type Evidence, type RequestToCheck, type Violation } from './evidence.ts';
import { finalSinceMs, isFinal, latestOf, momentOf, requestsIn } from './runs-of.ts';

/** Endings that a run that was applied makes a lie. */
const UNAPPLIED = new Set(['rejected', 'expired', 'plan-only', 'superseded', 'discarded-elsewhere']);
// A look that was under way when TFE ended the run.
const ON_ITS_WAY_MS = 2_000;

/**
 * I3: the run of an ended request is final in TFE, or the ending says why it is not. Both are asked of TFE: an ending that
 * calls a run pending which TFE had ended, and was there to tell so, is a breach too; and so is an outcome that is not so.
 */
export const ended = (evidence: Evidence): Violation[] =>
  evidence.requests.flatMap((request) => {
    const ending = latestOf(request)?.ending;
    return ending === undefined ? [] : [...notFinal(request, ending, evidence), ...untrue(request, ending, evidence)];
  });

const ownRun = ({ runId }: EndingTold, { runs }: Evidence) => runs.find(({ id }) => id === runId);

function notFinal({ workflowId }: RequestToCheck, ending: EndingTold, evidence: Evidence): Violation[] {
  const run = ownRun(ending, evidence);
  if (run === undefined || isFinal(run) || ending.failureType === 'cleanup-incomplete') return [];
  return [breach('I3', workflowId, `${run.id} is left ${run.status}`)];
}

function untrue({ workflowId }: RequestToCheck, ending: EndingTold, evidence: Evidence): Violation[] {
  const run = ownRun(ending, evidence);
  if (run === undefined) return [];
  if (ending.failureType === 'cleanup-incomplete' && wasFinalForAll(run.id, ending, evidence)) {
    return [breach('I3', workflowId, `its ending calls ${run.id} ${ending.status}, and TFE had it ${run.status}`)];
  }
  const isApplied = run.status === 'applied';
  if (ending.outcome === 'applied' ? isApplied : !(isApplied && UNAPPLIED.has(ending.outcome ?? ''))) return [];
  if (ending.outcome === undefined) return [];
  return [breach('I3', workflowId, `it ended as ${ending.outcome}, and ${run.id} is ${run.status}`)];
}

/** TFE had ended the run long enough before, and was either not asked since or has said so. */
function wasFinalForAll(runId: string, ending: EndingTold, evidence: Evidence): boolean {
  const sinceMs = finalSinceMs(runId, evidence);
  if (sinceMs === undefined || sinceMs + ON_ITS_WAY_MS > ending.atMs) return false;
  const reads = requestsIn(evidence).filter(
    (one) =>
      one.route.startsWith('GET /runs/:run_id') && one.path.includes(runId) && between(one, sinceMs, ending.atMs),
  );
  return reads.length === 0 || reads.some(({ answered, fault }) => answered === 200 && fault === null);
}

const between = (one: { at: string }, fromMs: number, toMs: number): boolean =>
  momentOf(one) > fromMs && momentOf(one) <= toMs;
