import type { Evidence, Execution, RequestSeen, RequestToCheck, RunInTfe, StatusSeen } from './evidence.ts';

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
const BEFORE_THE_PLAN = new Set([
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
  'planning',
]);
const APPLY = 'POST /runs/:run_id/actions/apply';
// Read here by a rule of its own: the checker must not share the code that it checks.
const MARKER = /\[runwright \S+ \S+ (\S+) (\S+) #\d+\]\s*$/;

/** The workflow id in the marker of a run's message. */
export const requestOfRun = ({ message }: Pick<RunInTfe, 'message'>): string | undefined => MARKER.exec(message)?.[1];

/** The first execution in the marker: one life of the request. */
export const lifeOfRun = ({ message }: Pick<RunInTfe, 'message'>): string | undefined => MARKER.exec(message)?.[2];

export const isFinal = ({ status }: Pick<RunInTfe, 'status'>): boolean => FINAL.has(status);

export const momentOf = ({ at }: { readonly at: string }): number => Date.parse(at);

/** All that TFE saw of one kind. */
export const requestsIn = ({ journal }: Pick<Evidence, 'journal'>): RequestSeen[] =>
  journal.filter((entry): entry is RequestSeen => entry.kind === 'request');

/** Every apply that was sent for a run. */
export const appliesIn = (evidence: Pick<Evidence, 'journal'>): (RequestSeen & { readonly runId: string })[] =>
  requestsIn(evidence)
    .filter(({ route }) => route === APPLY)
    .map((entry) => ({ ...entry, runId: entry.path.split('/').at(-3) ?? '' }));

const statusesOf = (runId: string, { journal }: Pick<Evidence, 'journal'>): StatusSeen[] =>
  journal.filter((entry): entry is StatusSeen => entry.kind === 'run-status' && entry.runId === runId);

export const wasConfirmed = (run: RunInTfe, evidence: Pick<Evidence, 'journal'>): boolean =>
  CONFIRMED.has(run.status) || statusesOf(run.id, evidence).some(({ status }) => CONFIRMED.has(status));

/** When TFE had ended the run; undefined where it has not, or the journal does not tell. */
export function finalSinceMs(runId: string, evidence: Pick<Evidence, 'journal'>): number | undefined {
  const found = statusesOf(runId, evidence).find(isFinal);
  return found && momentOf(found);
}

/** When the plan of the run was there to be decided on. */
export function plannedSinceMs(runId: string, evidence: Pick<Evidence, 'journal'>): number | undefined {
  const found = statusesOf(runId, evidence).find(({ status }) => !BEFORE_THE_PLAN.has(status));
  return found && momentOf(found);
}

/** Runs that a request may have to answer for: those that only plan bind nobody. */
export const runsOf = ({ workflowId }: Pick<RequestToCheck, 'workflowId'>, { runs }: Pick<Evidence, 'runs'>) =>
  runs.filter((run) => requestOfRun(run) === workflowId && !run.planOnly);

/** The execution that was started last: what the request is now. */
export const latestOf = ({ executions }: RequestToCheck): Execution | undefined =>
  executions.toSorted((one, other) => one.startedAtMs - other.startedAtMs).at(-1);

export const idsOf = (runs: readonly RunInTfe[]): string =>
  runs.map(({ id, status }) => `${id} (${status})`).join(', ');
