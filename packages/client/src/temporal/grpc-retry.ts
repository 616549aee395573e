import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor, type ConnectionOptions } from '@temporalio/client';

/** Longest pause before a call is sent again, in ms: what closing a connection has to wait for at most. */
export const LONGEST_RETRY_PAUSE_MS = 1_000;

export interface RetrySwitch {
  interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** From now on no call is sent again. */
  stop(): void;
}

/**
 * The SDK's own repetition of calls, with a switch: it would otherwise send again on a connection that was closed
 * meanwhile, from a timer, where the error ends the process.
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
