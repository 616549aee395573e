// TFE's windows are a second and a minute, and an hour covers an announced maintenance. A longer wait means a broken
// clock.
const LONGEST_MS = 3_600_000;
// TFE sends the seconds until the reset; other gateways send a Unix time under the same name.
const SMALLEST_UNIX_SECONDS = 1_000_000_000;

/**
 * How long TFE asks us to wait, in ms, between 1 and one hour. `X-RateLimit-Reset` is a float number of seconds (TFE),
 * `Retry-After` a number of seconds or a date (load balancers); the longer one counts. Total: takes any header values.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const waits = [
    msOfReset(headers.get('x-ratelimit-reset'), nowMs),
    msOfRetryAfter(headers.get('retry-after'), nowMs),
  ].filter((wait) => wait !== undefined);
  if (waits.length === 0) return undefined;
  return Math.min(LONGEST_MS, Math.max(1, Math.ceil(Math.max(...waits))));
}

function msOfReset(value: string | null, nowMs: number): number | undefined {
  const seconds = toSeconds(value);
  if (seconds === undefined) return undefined;
  return seconds >= SMALLEST_UNIX_SECONDS ? seconds * 1000 - nowMs : seconds * 1000;
}

function msOfRetryAfter(value: string | null, nowMs: number): number | undefined {
  const seconds = toSeconds(value);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = value === null ? Number.NaN : Date.parse(value);
  return Number.isNaN(atMs) ? undefined : atMs - nowMs;
}

function toSeconds(value: string | null): number | undefined {
  if (value === null || !/^\d+(\.\d+)?$/u.test(value.trim())) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds : undefined;
}
