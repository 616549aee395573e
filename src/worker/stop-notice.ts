import type { Logger } from '../service/logger.ts';

// The SDK waits for a Temporal that went away during the start, and nothing can interrupt it. Before the workers run
// they have taken no task, so nothing is lost.
const START_UP_ENDS_WITHIN_MS = 5_000;

export interface StopNotice {
  isRequested: () => boolean;
  /** From now on the SDK handles the signals, and gives running tasks a grace period. */
  forget: () => void;
}

/**
 * Remembers a SIGTERM or SIGINT that arrives before the workers run, and bounds how long the start may take after it.
 */
export function noticeStop(logger: Logger): StopNotice {
  let isRequested = false;
  let limit: NodeJS.Timeout | undefined;
  const exit = (): void => {
    logger.warn('worker stopped before it was ready: Temporal does not answer');
    process.exit(0);
  };
  const notice = (): void => {
    isRequested = true;
    limit ??= setTimeout(exit, START_UP_ENDS_WITHIN_MS);
  };
  process.on('SIGTERM', notice).on('SIGINT', notice);
  const forget = (): void => {
    clearTimeout(limit);
    process.off('SIGTERM', notice).off('SIGINT', notice);
  };
  return { isRequested: () => isRequested, forget };
}
