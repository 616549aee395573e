import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { FAILURE_TYPES, type FailureFacts, type FailureType } from './contract/failure-types.ts';
import type { RunResult } from './contract/run-view.ts';

/** How a request ended, in whatever way Temporal reports it (decision D8). */
export type RunEnding =
  | { kind: 'completed'; result: RunResult }
  /** `facts.changed` says whether infrastructure was changed. */
  | { kind: 'failed'; type: FailureType | 'unknown'; message: string; facts: FailureFacts }
  /** Canceled, with nothing left to report: no run of the request was applied. */
  | { kind: 'canceled' }
  /** Ended by force: nothing was cleaned up, the run may still be going. */
  | { kind: 'terminated'; message: string };

/** The ending behind an error of `handle.result()`, or undefined if the call itself failed. */
export function endingOfError(error: unknown): RunEnding | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined;
  const { cause } = error;
  if (cause instanceof CancelledFailure) return { kind: 'canceled' };
  if (cause instanceof TerminatedFailure) return { kind: 'terminated', message: cause.message };
  if (cause instanceof TimeoutFailure) return { kind: 'terminated', message: 'the workflow timed out' };
  if (cause instanceof ApplicationFailure) return endingOfFailure(cause);
  return { kind: 'failed', type: 'unknown', message: cause?.message ?? error.message, facts: { changed: 'unknown' } };
}

function endingOfFailure(failure: ApplicationFailure): RunEnding {
  const type = FAILURE_TYPES.find((known) => known === failure.type) ?? 'unknown';
  const facts = failure.details?.[0];
  return {
    kind: 'failed',
    type,
    message: failure.message,
    facts: isFailureFacts(facts) ? facts : { changed: 'unknown' },
  };
}

const isFailureFacts = (value: unknown): value is FailureFacts =>
  typeof value === 'object' && value !== null && typeof (value as FailureFacts).changed === 'string';
