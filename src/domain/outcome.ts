import type { Changed, FailureType, Outcome, ResourceCounts, RunReading } from '@runwright/client/contract';
import { isPastConfirmation } from '@runwright/client/domain';

/** Why Runwright itself ended a run, where it did. */
export type EndedFor = 'rejected' | 'expired' | 'deadline' | 'canceled' | 'confirmed-elsewhere' | 'option-ignored';

/** What Runwright did to a run before it became final. */
export interface OurActs {
  /** Our apply was accepted, or its answer was lost and the run is confirmed. */
  applySent: boolean;
  endedFor?: EndedFor;
  /** The policy approved an empty apply in advance, and TFE makes such an apply by itself. */
  emptyApply: 'refused' | 'approved-in-advance';
}

export type Ending =
  | { kind: 'outcome'; outcome: Outcome; changed: Changed; reason: string }
  | { kind: 'failure'; type: FailureType; changed: Changed; message: string }
  /** Nothing to report: the workflow ends as Canceled. */
  | { kind: 'canceled' };

/** How a request ends when its run has become final (decision D8). Total over statuses, acts and counts. */
export function endingOf(run: RunReading, acts: OurActs, applied?: ResourceCounts): Ending {
  if (acts.endedFor === 'option-ignored') return endedByUs('option-ignored', changedBy(run, acts, applied));
  switch (run.status) {
    case 'applied':
      return endingOfApplied(run, acts);
    case 'planned_and_finished':
      return endingOfFinishedPlan(run, acts);
    case 'discarded':
      return endingOfDiscarded(run, acts);
    case 'canceled':
    case 'force_canceled':
      return endingOfCanceled(run, acts, applied);
    case 'policy_soft_failed':
      return failure('policy-failed', 'nothing', 'a policy failed for this plan-only run');
    default:
      return endingOfErrored(run, acts, applied);
  }
}

function endingOfApplied(run: RunReading, acts: OurActs): Ending {
  if (acts.applySent) return outcome('applied', 'something', 'applied as approved');
  if (run.hasChanges === false && acts.emptyApply === 'approved-in-advance') {
    return outcome('applied', 'nothing', 'the plan was empty and TFE applied it by itself, as approved in advance');
  }
  if (run.autoApply === true) {
    return failure('option-ignored', 'something', 'TFE applied the run by itself: it ignored auto-apply: false');
  }
  return outcome('confirmed-elsewhere', 'something', 'somebody confirmed the run in TFE, and it was applied');
}

function endingOfFinishedPlan(run: RunReading, acts: OurActs): Ending {
  if (acts.endedFor === 'canceled') return { kind: 'canceled' };
  if (run.planOnly) return outcome('plan-only', 'nothing', 'planned; nothing is applied in this mode');
  return outcome('no-changes', 'nothing', 'the plan is empty: there is nothing to apply');
}

function endingOfDiscarded(run: RunReading, acts: OurActs): Ending {
  if (acts.endedFor !== undefined) return endedByUs(acts.endedFor, 'nothing');
  if (run.savePlan === true) {
    return outcome('superseded', 'nothing', 'the saved plan was discarded because the state of the workspace moved on');
  }
  return outcome('discarded-elsewhere', 'nothing', 'somebody discarded the run in TFE');
}

function endingOfCanceled(run: RunReading, acts: OurActs, applied?: ResourceCounts): Ending {
  const changed = changedBy(run, acts, applied);
  if (acts.endedFor === 'canceled' && changed !== 'nothing') {
    return outcome('canceled', changed, 'canceled during the apply, as asked: part of it may be applied');
  }
  if ((acts.endedFor === 'rejected' || acts.endedFor === 'expired') && changed !== 'nothing') {
    return interruptedAlthough(acts.endedFor, acts, changed);
  }
  if (acts.endedFor !== undefined) return endedByUs(acts.endedFor, changed);
  return outcome('canceled', changed, 'somebody canceled the run in TFE');
}

/**
 * Neither a rejection nor an expiry stopped the apply, so we report neither: both words suggest that nothing was
 * applied.
 */
function interruptedAlthough(what: 'rejected' | 'expired', acts: OurActs, changed: Changed): Ending {
  const rest = 'its apply was interrupted: part of it may be applied';
  if (acts.applySent) return outcome('canceled', changed, `${what} too late, and ${rest}`);
  return outcome('confirmed-elsewhere', changed, `${what}, but somebody confirmed the run in TFE, and ${rest}`);
}

function endingOfErrored(run: RunReading, acts: OurActs, applied?: ResourceCounts): Ending {
  if (isPastConfirmation(run) || acts.applySent) {
    return failure('apply-errored', changedBy(run, acts, applied), 'the apply ended with an error');
  }
  if (acts.endedFor !== undefined) return endedByUs(acts.endedFor, 'nothing');
  if (run.statusTimestamps['planned-at'] !== undefined) {
    return failure('policy-failed', 'nothing', 'a mandatory policy or run task failed after the plan');
  }
  if (endedBeforePlan(run.statusTimestamps)) {
    return failure('pre-plan-failed', 'nothing', 'a mandatory run task failed before the plan: nothing was planned');
  }
  return failure('plan-errored', 'nothing', 'the plan ended with an error');
}

// TFE queues the plan once the tasks before it have passed. Not every server reports each of these stages.
const endedBeforePlan = (stages: RunReading['statusTimestamps']): boolean =>
  Object.keys(stages).some((stage) => stage.startsWith('pre-plan-')) &&
  ['queuing-at', 'plan-queued-at', 'planning-at'].every((stage) => stages[stage] === undefined);

function endedByUs(endedFor: EndedFor, changed: Changed): Ending {
  switch (endedFor) {
    case 'rejected':
      return outcome('rejected', changed, 'rejected, and the run was discarded');
    case 'expired':
      return outcome('expired', changed, 'nobody decided in time, and the run was discarded');
    case 'confirmed-elsewhere':
      return outcome(
        'confirmed-elsewhere',
        changed,
        'somebody confirmed the run in TFE; TFE was asked to cancel it, as the policy says',
      );
    case 'deadline':
      return failure('deadline-exceeded', changed, 'a deadline passed, and the run was ended');
    case 'option-ignored':
      return failure(
        'option-ignored',
        changed,
        'TFE created a run that ignored an option of the request; it was ended',
      );
    case 'canceled':
      return { kind: 'canceled' };
  }
}

// Counts are the best witness. Without them a confirmed run may have changed anything. A server without timestamps does
// not show that an ended run was confirmed, so we then rely on having sent the apply.
function changedBy(run: RunReading, acts: OurActs, applied?: ResourceCounts): Changed {
  if (run.status === 'applied') return 'something';
  if (!isPastConfirmation(run) && !acts.applySent) return 'nothing';
  if (applied === undefined) return 'unknown';
  return applied.additions + applied.changes + applied.destructions + applied.imports > 0 ? 'something' : 'unknown';
}

const outcome = (name: Outcome, changed: Changed, reason: string): Ending => ({
  kind: 'outcome',
  outcome: name,
  changed,
  reason,
});
const failure = (type: FailureType, changed: Changed, message: string): Ending => ({
  kind: 'failure',
  type,
  changed,
  message,
});
