import type { Phase } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';

/** Where a run is, for us. TFE's status set is open, ours is closed (decision D5). */
export type RunPhase = Exclude<Phase, 'preparing' | 'cleaning-up'>;

const FINISHED = new Set(['applied', 'planned_and_finished']);
const ENDED_BADLY = new Set(['errored', 'canceled', 'force_canceled', 'discarded', 'policy_soft_failed']);
const AWAITING_OVERRIDE = new Set([
  'policy_override',
  'tf_policy_override',
  'pre_plan_awaiting_decision',
  'post_plan_awaiting_decision',
  'pre_apply_awaiting_decision',
]);
/** Stages that a run enters only after somebody confirmed it. Not every server has `confirmed-at`. */
const TIMESTAMPS_PAST_CONFIRMATION = [
  'confirmed-at',
  'queuing-apply-at',
  'apply-queued-at',
  'pre-apply-running-at',
  'pre-apply-completed-at',
  'applying-at',
  'post-apply-running-at',
  'post-apply-completed-at',
  'applied-at',
];
const QUEUED = new Set([
  'pending',
  'fetching',
  'fetching_completed',
  'pre_plan_running',
  'pre_plan_completed',
  'queuing',
  'plan_queued',
]);
const CHECKING = new Set([
  'planned',
  'planned_and_saved',
  'cost_estimating',
  'cost_estimated',
  'policy_checking',
  'policy_checked',
  'tf_policy_checked',
  'post_plan_running',
  'post_plan_completed',
]);
const APPLYING = new Set([
  'confirmed',
  'queuing_apply',
  'apply_queued',
  'pre_apply_running',
  'pre_apply_completed',
  'applying',
  'post_apply_running',
  'post_apply_completed',
]);

/** The phase of a run. Total: an unknown status is placed by the stages that the run is known to have passed. */
export function phaseOfRun(run: RunReading): RunPhase {
  if (FINISHED.has(run.status)) return 'finished';
  if (ENDED_BADLY.has(run.status)) return 'ended-badly';
  if (AWAITING_OVERRIDE.has(run.status)) return 'awaiting-override';
  if (APPLYING.has(run.status)) return 'applying';
  // The server's own verdict, not a status name, says that a run waits for people.
  if (run.actions.confirmable) return endsByItself(run) ? 'checking' : 'awaiting-confirmation';
  if (run.status === 'planning') return 'planning';
  if (CHECKING.has(run.status)) return 'checking';
  if (QUEUED.has(run.status)) return 'queued';
  return phaseByTimestamps(run);
}

/**
 * TFE shows a run without changes as planned (and confirmable) for a moment. Then it finishes the run by itself, or
 * applies it if empty applies are allowed. Neither is an approval. If the run stays so, people decide on it.
 */
const endsByItself = (run: RunReading): boolean => run.hasChanges === false && run.restsEmpty !== true;

function phaseByTimestamps({ statusTimestamps }: RunReading): RunPhase {
  if (hasTimestampPastConfirmation(statusTimestamps)) return 'applying';
  if (statusTimestamps['planned-at']) return 'checking';
  if (statusTimestamps['planning-at']) return 'planning';
  return 'queued';
}

export function isKnownStatus(status: string): boolean {
  return (
    [FINISHED, ENDED_BADLY, AWAITING_OVERRIDE, QUEUED, CHECKING, APPLYING].some((set) => set.has(status)) ||
    status === 'planning'
  );
}

/** The run could be confirmed, and nothing would change: TFE is about to end it, or lets it rest. */
export const isEmptyAndConfirmable = (run: RunReading): boolean =>
  run.actions.confirmable && endsByItself(run) && phaseOfRun(run) === 'checking';

/** TFE will not change the run any more, whatever it is asked. */
export function isFinalRun(run: RunReading): boolean {
  const phase = phaseOfRun(run);
  return phase === 'finished' || phase === 'ended-badly';
}

/** Somebody confirmed the apply. Also true of a run that ended afterwards. */
export function isPastConfirmation(run: RunReading): boolean {
  return (
    phaseOfRun(run) === 'applying' || run.status === 'applied' || hasTimestampPastConfirmation(run.statusTimestamps)
  );
}

const hasTimestampPastConfirmation = (statusTimestamps: RunReading['statusTimestamps']): boolean =>
  TIMESTAMPS_PAST_CONFIRMATION.some((name) => statusTimestamps[name] !== undefined);
