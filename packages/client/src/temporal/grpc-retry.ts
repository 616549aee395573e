import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor, type ConnectionOptions } from '@temporalio/client';

/** Longest pause before a call is sent again, in ms. Closing a connection waits for at most this long. */
export const LONGEST_RETRY_PAUSE_MS = 1_000;

export interface RetrySwitch {
  interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** From now on no call is sent again. */
  stop(): void;
}

/**
 * The SDK's own retries, with a switch to stop them. Otherwise a timer would send again on a connection that was closed
 * meanwhile, and that error ends the process.
 */
export function createRetrySwitch(): RetrySwitch {
  const { delayFunction, retryableDecider } = defaultGrpcRetryOptions();
  let isStopped = false;
  const interceptor = makeGrpcRetryInterceptor({
    delayFunction: (attempt, status) => Math.min(delayFunction(attempt, status), LONGEST_RETRY_PAUSE_MS),
    retryableDecider: (attempt, status) => !isStopped && retryableDecider(attempt, status),
  });
  return { interceptors: [interceptor], stop: () => void (isStopped = true) };
}
