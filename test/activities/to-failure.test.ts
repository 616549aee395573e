import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { lookAgain, toFailure, type RetryClass } from '../../src/activities/to-failure.ts';
import { TFE_ERROR_KINDS, TfeError, type TfeErrorKind } from '../../src/tfe/http/tfe-error.ts';

/** Kind, its failure's type, and whether it is tried again before and with a run. */
const TABLE: Record<TfeErrorKind, [type: string, beforeARun: 'again' | 'never', withARun: 'again' | 'never']> = {
  unauthorized: ['unauthorized', 'never', 'again'],
  forbidden: ['permission-missing', 'never', 'again'],
  'not-found': ['tfe-refused', 'never', 'again'],
  conflict: ['tfe-refused', 'never', 'again'],
  invalid: ['tfe-refused', 'never', 'again'],
  'too-large': ['tfe-refused', 'never', 'again'],
  'rate-limited': ['tfe-refused', 'again', 'again'],
  server: ['tfe-refused', 'again', 'again'],
  'no-answer': ['tfe-refused', 'again', 'again'],
  'unreadable-answer': ['tfe-refused', 'again', 'again'],
};

const ROWS = TFE_ERROR_KINDS.flatMap((kind) => {
  const [type, beforeARun, withARun] = TABLE[kind];
  return [
    { kind, retryClass: 'before-a-run' as RetryClass, tried: beforeARun, type },
    { kind, retryClass: 'with-a-run' as RetryClass, tried: withARun, type },
  ];
});

describe('an error of the TFE client', () => {
  it.each(ROWS)('$kind, $retryClass, is tried $tried', ({ kind, retryClass, tried, type }) => {
    const failure = toFailure(new TfeError(kind, 'read run'), retryClass) as ApplicationFailure;

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure.nonRetryable).toBe(tried === 'never');
    expect(failure.type).toBe(type);
    expect(failure.message).toMatch(/^TFE read run: /);
    expect(failure.category).toBe(ApplicationFailureCategory.BENIGN);
    expect(failure.cause).toBeUndefined();
  });

  it('is tried again when TFE says, where it says', () => {
    const failure = toFailure(new TfeError('rate-limited', 'read run', { retryAfterMs: 5_500 }), 'with-a-run');

    expect(failure).toMatchObject({ nextRetryDelay: 5_500 });
  });

  it('says what to do about a wrong token', () => {
    expect(toFailure(new TfeError('unauthorized', 'read run'), 'with-a-run')).toMatchObject({
      message: expect.stringContaining('check the token'),
    });
  });
});

describe('another error', () => {
  it.each([new TypeError('a bug'), ApplicationFailure.nonRetryable('ours'), 'text', undefined])(
    'is left as it is: %p',
    (error) => {
      expect(toFailure(error, 'with-a-run')).toBe(error);
    },
  );
});

describe('looking again', () => {
  it.each([
    [1_500, 1_500],
    [0.4, 1],
    [0, 1],
    [-5, 1],
  ])('after %d ms is put off by at least 1 ms, because 0 would fail the activity: %d', (afterMs, delayMs) => {
    expect(lookAgain('not yet', afterMs)).toMatchObject({
      nextRetryDelay: delayMs,
      nonRetryable: false,
      category: ApplicationFailureCategory.BENIGN,
    });
  });
});
