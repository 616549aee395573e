const MINUTE_MS = 60_000;
const WINDOW_MS = 1_000;

export interface Limits {
  /** Requests a second and user; 0 is no limit. */
  perSecond: number;
  /** Run lists a minute and user; 0 is no limit. */
  listsPerMinute: number;
  /** Verifications of notification configurations a minute and user; 0 is no limit. */
  verificationsPerMinute: number;
}

/** What is counted a minute, beside every request a second. */
export type Budget = 'list' | 'verification';

export interface Allowance {
  verdict: 'pass' | 'refuse';
  limit: number;
  remaining: number;
  /** Seconds, as a fraction: TFE's X-RateLimit-Reset. */
  resetSeconds: number;
}

interface Window {
  startedAtMs: number;
  used: number;
}

/** Counts per user, not per token, as TFE does. */
export function createRateLimiter(limits: Limits, now: () => number) {
  const windows = new Map<string, Window>();
  const perMinute: Record<Budget, number> = {
    list: limits.listsPerMinute,
    verification: limits.verificationsPerMinute,
  };

  function take(key: string, limit: number, lengthMs: number): Allowance {
    const nowMs = now();
    let window = windows.get(key);
    if (!window || nowMs >= window.startedAtMs + lengthMs) windows.set(key, (window = { startedAtMs: nowMs, used: 0 }));
    const verdict = limit > 0 && window.used >= limit ? 'refuse' : 'pass';
    if (verdict === 'pass') window.used += 1;
    return {
      verdict,
      limit,
      remaining: Math.max(0, limit - window.used),
      // Never 0: a client that divides or takes it for "not limited" would hammer.
      resetSeconds: Math.max(0.001, (window.startedAtMs + lengthMs - nowMs) / 1000),
    };
  }

  return {
    request: (userId: string): Allowance => take(`request ${userId}`, limits.perSecond, WINDOW_MS),
    budget: (budget: Budget, userId: string): Allowance => take(`${budget} ${userId}`, perMinute[budget], MINUTE_MS),
  };
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;
