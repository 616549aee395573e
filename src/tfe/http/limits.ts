import type { TfeErrorReason } from './tfe-error.ts';

/** What may end an exchange before the server does. */
export interface Limits {
  /** Covers the whole exchange up to the last byte of the answer. */
  signal: AbortSignal;
  /** What ended it, or undefined if neither did. */
  endedBy(): Extract<TfeErrorReason, 'timeout' | 'canceled'> | undefined;
}

/** A time limit for one exchange, together with the caller's own signal. */
export function limitsOf(timeoutMs: number, callerSignal: AbortSignal | undefined): Limits {
  const timeout = AbortSignal.timeout(timeoutMs);
  return {
    signal: callerSignal === undefined ? timeout : AbortSignal.any([timeout, callerSignal]),
    endedBy: () => (callerSignal?.aborted ? 'canceled' : timeout.aborted ? 'timeout' : undefined),
  };
}
