// With the HTTP timeout of a write (20 s) this keeps a request from landing after the workflow has looked it up.
const MAY_SEND_WITHIN_MS = 5_000;

/**
 * Starts a clock and answers whether a write may still be sent. A worker that was stopped and continued (SIGSTOP, a
 * suspended machine) must not send what the workflow has given up: the machine's clock sees the one, the monotonic
 * clock the other.
 */
export function sendingClock(): () => boolean {
  const startedAt = performance.now();
  const startedAtWallMs = Date.now();
  return () =>
    performance.now() - startedAt <= MAY_SEND_WITHIN_MS && Date.now() - startedAtWallMs <= MAY_SEND_WITHIN_MS;
}
