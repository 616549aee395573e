import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.parse('2026-01-01T00:00:00Z');

describe('how long TFE asks us to wait', () => {
  it.each([
    [{ 'x-ratelimit-reset': '0.0004' }, 1],
    [{ 'x-ratelimit-reset': '5.5' }, 5_500],
    [{ 'x-ratelimit-reset': '0' }, 1],
    [{ 'x-ratelimit-reset': String(NOW_MS / 1000 + 3) }, 3_000],
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 1],
    [{ 'retry-after': '2', 'x-ratelimit-reset': '0.5' }, 2_000],
    [{ 'retry-after': '99999' }, 3_600_000],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': '-3' }, undefined],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), NOW_MS)).toBe(expected);
  });

  it('is between a millisecond and an hour, or unknown, whatever stands in the headers', () => {
    const value = fc.oneof(fc.double().map(String), fc.string({ unit: fc.constantFrom(...'0123456789.-+eE GMTJan:') }));
    fc.assert(
      fc.property(value, value, (reset, retryAfter) => {
        const wait = retryAfterMs(new Headers({ 'x-ratelimit-reset': reset, 'retry-after': retryAfter }), NOW_MS);
        expect(wait === undefined || (Number.isInteger(wait) && wait >= 1 && wait <= 3_600_000)).toBe(true);
      }),
    );
  });
});
