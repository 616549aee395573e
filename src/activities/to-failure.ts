import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { FailureType } from '@runwright/client/contract';
import { TfeError, type TfeErrorKind } from '../tfe/http/tfe-error.ts';

/** The only place that decides whether an activity is tried again. */
export type RetryClass = 'before-a-run' | 'with-a-run';

const TRANSIENT = { 'rate-limited': true, server: true, 'no-answer': true, 'unreadable-answer': true } as const;

const IS_RETRYABLE: Record<RetryClass, Record<TfeErrorKind, boolean>> = {
  'before-a-run': {
    ...TRANSIENT,
    unauthorized: false,
    forbidden: false,
    'not-found': false,
    conflict: false,
    invalid: false,
    'too-large': false,
  },
  // A token is rotated, a permission restored: neither is a reason to give up a run that exists (decision D14).
  'with-a-run': {
    ...TRANSIENT,
    unauthorized: true,
    forbidden: true,
    'not-found': true,
    conflict: true,
    invalid: true,
    'too-large': true,
  },
};

const FAILURE_OF: Record<TfeErrorKind, FailureType> = {
  unauthorized: 'unauthorized',
  forbidden: 'permission-missing',
  'not-found': 'tfe-refused',
  conflict: 'tfe-refused',
  invalid: 'tfe-refused',
  'too-large': 'tfe-refused',
  'rate-limited': 'tfe-refused',
  server: 'tfe-refused',
  'no-answer': 'tfe-refused',
  'unreadable-answer': 'tfe-refused',
};

/** What a person can do about it, if the error alone does not say. */
const ADVICE: Partial<Record<TfeErrorKind, string>> = {
  unauthorized: 'check the token: it is wrong, expired or revoked (runwright doctor)',
  forbidden: 'give the token’s team the permission it lacks',
};

/** The failure that Temporal records. It contains no URL, header, body or library error. */
export function toFailure(error: unknown, retryClass: RetryClass, as?: FailureType): unknown {
  if (!(error instanceof TfeError)) return error;
  const { retryAfterMs } = error.facts;
  const advice = ADVICE[error.kind];
  return ApplicationFailure.create({
    type: as ?? FAILURE_OF[error.kind],
    message: advice === undefined ? error.message : `${error.message}: ${advice}`,
    nonRetryable: !IS_RETRYABLE[retryClass][error.kind],
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }), // TFE's reset header wins over our backoff
    category: ApplicationFailureCategory.BENIGN,
  });
}

/**
 * Fails benignly: the answer is not there yet. The Temporal UI calls that "Last Failure" of "Attempt 34", so the
 * sentence says that nothing has failed.
 */
export const lookAgain = (still: string, afterMs: number): ApplicationFailure =>
  standStill(
    `Nothing is wrong: ${still}, each look counts as an attempt, and the next one comes in ${inWords(afterMs)}`,
    afterMs,
  );

/** Fails benignly with the known reason why the run does not go on. */
export const standStill = (why: string, afterMs: number): ApplicationFailure => again('waiting', why, afterMs);

const inWords = (ms: number): string =>
  ms < 90_000 ? `${Math.max(1, Math.round(ms / 1_000))} s` : `${Math.round(ms / 60_000)} min`;

/** Fails benignly with the error that prevented the look. Its own failure type lets people see it while it lasts. */
export const lookAgainAfter = (error: TfeError, afterMs: number): ApplicationFailure =>
  again(FAILURE_OF[error.kind], error.message, afterMs);

const again = (type: FailureType | 'waiting', message: string, afterMs: number): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    nextRetryDelay: Math.max(1, Math.round(afterMs)),
    category: ApplicationFailureCategory.BENIGN,
  });

/** TFE refuses to show or change what exists: the token, a permission, or TFE does not show it yet. */
export const isRefusal = (error: unknown): error is TfeError =>
  error instanceof TfeError &&
  (error.kind === 'unauthorized' || error.kind === 'forbidden' || error.kind === 'not-found');
