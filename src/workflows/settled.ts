import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE_TYPES, type FailureType } from '@runwright/client/contract';

/** A write whose answer was lost: it may or may not have happened. */
export interface InDoubt {
  kind: 'in-doubt';
  why: string;
}

/**
 * The answer of a write that is tried once. Anything but an answer is doubt: a killed worker, a timeout, a bug
 * (decision D2: an allow-list of what is certain, never a list of what is not).
 */
export async function settled<Answer>(call: Promise<Answer>): Promise<Answer | InDoubt> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ActivityFailure) return { kind: 'in-doubt', why: whyOf(error) };
    throw error;
  }
}

function whyOf(error: ActivityFailure): string {
  const { cause } = error;
  if (cause instanceof TimeoutFailure) return `the worker did not report back in time (${cause.timeoutType})`;
  return cause?.message ?? 'the worker reported no result';
}

/** Our failure type, if the error is one of ours. Classes do not survive the wire; type strings do. */
export function failureType(error: unknown): FailureType | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? FAILURE_TYPES.find((type) => type === cause.type) : undefined;
}
