import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';

// A fifth of the shortest heartbeat timeout (10 s): a few heartbeats may be lost before a worker counts as dead.
const HEARTBEAT_EVERY_MS = 2_000;

/** Runs one request with heartbeats, so that a killed worker is noticed within seconds. */
export async function withHeartbeat<T>(
  request: (signal: AbortSignal) => Promise<T>,
  details?: () => unknown,
): Promise<T> {
  return await beating(() => request(cancellationSignal()), details);
}

/**
 * The same for a write. It runs on when the workflow gives it up: breaking it off would leave a doubt. The HTTP timeout
 * ends it within 20 s.
 */
export const withHeartbeatToItsEnd = <T>(request: () => Promise<T>): Promise<T> => beating(request);

async function beating<T>(request: () => Promise<T>, details?: () => unknown): Promise<T> {
  if (activityInfo().heartbeatTimeoutMs === undefined) return await request();
  const beat = setInterval(() => heartbeat(details?.()), HEARTBEAT_EVERY_MS);
  try {
    return await request();
  } finally {
    clearInterval(beat);
  }
}
