import type { WorkflowExecutionDescription } from '@temporalio/client';

/** What Temporal shows of the pending step. */
export interface PendingStep {
  /** When the run is looked at next, ISO 8601. */
  nextLookAt?: string;
  lastError?: string;
  attempt?: number;
}

// The failure type of a look that found nothing new (decision D4). A refusal of TFE is benign too, but has a type of
// its own: the category says what Temporal may log, not what people may want to know.
const WAITING = 'waiting';

/** Next look, last failure and attempt of the pending activities; a look that found nothing new is not a failure. */
export function pendingStepOf({ raw }: WorkflowExecutionDescription): PendingStep {
  const pending = raw.pendingActivities ?? [];
  const next = pending.map(({ nextAttemptScheduleTime, scheduledTime }) => nextAttemptScheduleTime ?? scheduledTime);
  const nextMs = next.filter((time) => time != null).map((time) => Number(time.seconds ?? 0) * 1_000);
  const failed = pending.find(
    ({ lastFailure }) => lastFailure?.message && lastFailure.applicationFailureInfo?.type !== WAITING,
  );
  const attempt = failed?.attempt ?? 1;
  return {
    ...(nextMs.length > 0 && { nextLookAt: new Date(Math.min(...nextMs)).toISOString() }),
    ...(failed?.lastFailure?.message && { lastError: failed.lastFailure.message }),
    ...(attempt > 1 && { attempt }),
  };
}
