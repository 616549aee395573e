import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';

// A fifth of the shortest heartbeat timeout (10 s): a few may be lost before a worker counts as dead.
const HEARTBEAT_EVERY_MS = 2_000;

/** Runs one request with heartbeats, so that a killed worker is noticed within seconds. */
export async function withHeartbeat<T>(
  request: (signal: AbortSignal) => Promise<T>,
  details?: () => unknown,
): Promise<T> {
  if (activityInfo().heartbeatTimeoutMs === undefined) return request(cancellationSignal());
  const beat = setInterval(() => heartbeat(details?.()), HEARTBEAT_EVERY_MS);
  try {
    return await request(cancellationSignal());
  } finally {
    clearInterval(beat);
  }
}
