import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pollDelayMs, type Pace } from './poll-delay.ts';

const DAY_MS = 86_400_000;
const TIMING = { pollMinMs: 1_000, pollWorkingMaxMs: 15_000, pollPeopleMaxMs: 900_000 };

const wait = fc.record({ startedAtMs: fc.nat(), pace: fc.constantFrom<Pace>('working', 'people') });
const waitedMs = fc.integer({ min: -DAY_MS, max: 400 * DAY_MS });
const timing = fc.record({
  pollMinMs: fc.integer({ min: 1, max: DAY_MS }),
  pollWorkingMaxMs: fc.integer({ min: 1, max: DAY_MS }),
  pollPeopleMaxMs: fc.integer({ min: 1, max: DAY_MS }),
});

describe('the pause until the next look', () => {
  it.each<[Pace, number, number]>([
    ['working', 0, 1_000],
    ['working', 9_999, 1_000],
    ['working', 60_000, 6_000],
    ['working', 60_009, 6_000],
    ['working', 3_600_000, 15_000],
    ['people', 0, 1_000],
    ['people', 3_600_000, 360_000],
    ['people', 7 * DAY_MS, 900_000],
  ])('%s for %i ms already is %i ms', (pace, waited, expected) => {
    expect(pollDelayMs({ startedAtMs: 5_000, pace }, 5_000 + waited, TIMING)).toBe(expected);
  });

  it('is the shortest one when the clock stands before the start of the wait', () => {
    expect(pollDelayMs({ startedAtMs: 60_000, pace: 'people' }, 0, TIMING)).toBe(1_000);
  });

  it('is a whole number from 1 ms to the longest pause of its pace', () => {
    fc.assert(
      fc.property(wait, waitedMs, timing, (wait, waited, timing) => {
        const longest = wait.pace === 'people' ? timing.pollPeopleMaxMs : timing.pollWorkingMaxMs;
        const delay = pollDelayMs(wait, wait.startedAtMs + waited, timing);

        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(longest);
      }),
    );
  });

  it('is never longer than a tenth of the time already waited, or the shortest pause', () => {
    fc.assert(
      fc.property(wait, waitedMs, timing, (wait, waited, timing) => {
        const delay = pollDelayMs(wait, wait.startedAtMs + waited, timing);

        expect(delay).toBeLessThanOrEqual(Math.max(timing.pollMinMs, waited / 10));
      }),
    );
  });

  it('never gets shorter while the wait goes on', () => {
    fc.assert(
      fc.property(wait, waitedMs, fc.nat(DAY_MS), timing, (wait, waited, more, timing) => {
        const now = wait.startedAtMs + waited;

        expect(pollDelayMs(wait, now + more, timing)).toBeGreaterThanOrEqual(pollDelayMs(wait, now, timing));
      }),
    );
  });

  it('lets a week of waiting for people pass with fewer than 800 looks', () => {
    const end = 7 * DAY_MS;
    let looks = 0;
    for (let now = 0; now < end; looks += 1) now += pollDelayMs({ startedAtMs: 0, pace: 'people' }, now, TIMING);

    expect(looks).toBeLessThan(800);
    expect(looks).toBeGreaterThan(7 * 24 * 4 - 1); // at least one every 15 min, or nobody looks at all
  });
});
