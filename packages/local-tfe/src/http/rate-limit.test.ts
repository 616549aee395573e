import { describe, expect, it } from '@jest/globals';
import { createRateLimiter } from './rate-limit.ts';

describe('the rate limit', () => {
  it('lets so many requests of a user pass in a second, then says when the next may come', () => {
    let nowMs = 1_000;
    const limiter = createRateLimiter({ perSecond: 2, listsPerMinute: 1, verificationsPerMinute: 1 }, () => nowMs);

    expect([limiter.request('a').verdict, limiter.request('a').verdict]).toEqual(['pass', 'pass']);
    nowMs = 1_650;
    expect(limiter.request('a')).toEqual({ verdict: 'refuse', limit: 2, remaining: 0, resetSeconds: 0.35 });
    expect(limiter.request('b').verdict).toBe('pass');
    nowMs = 2_000;
    expect(limiter.request('a').verdict).toBe('pass');
  });

  it.each(['list', 'verification'] as const)('counts by the minute what is a %s', (budget) => {
    let nowMs = 0;
    const limiter = createRateLimiter({ perSecond: 0, listsPerMinute: 1, verificationsPerMinute: 1 }, () => nowMs);

    expect([limiter.budget(budget, 'a').verdict, limiter.budget(budget, 'a').verdict]).toEqual(['pass', 'refuse']);
    nowMs = 60_000;
    expect(limiter.budget(budget, 'a').verdict).toBe('pass');
  });

  it('is none at 0', () => {
    const limiter = createRateLimiter({ perSecond: 0, listsPerMinute: 0, verificationsPerMinute: 0 }, () => 0);

    expect(Array.from({ length: 100 }, () => limiter.request('a').verdict)).not.toContain('refuse');
  });
});
