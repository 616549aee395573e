import { describe, expect, it } from '@jest/globals';
import {
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import { recordable } from './failure-guard.ts';
import { lookAgain } from './to-failure.ts';

const UPLOAD_URL = 'https://archivist.example.com/v1/object/dmF1bHQ6djE6';

describe('an error that leaves an activity', () => {
  it('is recorded without the links and tokens in its message, and without its cause', () => {
    const library = new TypeError(`fetch failed: ${UPLOAD_URL} with Bearer abc.atlasv1.def`, {
      cause: new Error(UPLOAD_URL),
    });

    const recorded = recordable(library) as ApplicationFailure;

    expect(recorded).toBeInstanceOf(ApplicationFailure);
    expect(recorded.type).toBe('TypeError');
    expect(recorded.message).toBe('fetch failed: [link] with Bearer [secret]');
    expect(recorded.cause).toBeUndefined();
    expect(`${recorded.stack}${JSON.stringify(recorded)}`).not.toMatch(/archivist|atlasv1/);
  });

  it.each([ApplicationFailure.nonRetryable('as it is', 'run-refused'), new CancelledFailure('as it is')])(
    'is passed on unchanged when it is a failure of ours',
    (failure) => {
      expect(recordable(failure)).toBe(failure);
    },
  );

  it('has no stack where it is benign: a wait that goes on must not look like a crash', async () => {
    const failure = recordable(lookAgain('run-1 is planned', 900_000));
    const recorded = new DefaultFailureConverter().errorToFailure(failure, defaultPayloadConverter);

    expect(recorded).toMatchObject({
      stackTrace: '',
      message: 'Nothing is wrong: run-1 is planned, each look counts as an attempt, and the next one comes in 15 min',
    });
  });

  it.each([undefined, null, 'text', 7, {}])('is a failure even when %j was thrown', (thrown) => {
    expect(recordable(thrown)).toBeInstanceOf(ApplicationFailure);
  });
});
