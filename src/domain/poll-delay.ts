import type { Timing } from '@runwright/client/contract';

/** What we wait for: TFE at work, or people. It decides how long a look may be put off. */
export type Pace = 'working' | 'people';

/**
 * Milliseconds until the next look at a run: never later than a tenth of the time already waited, so that a short
 * plan is noticed soon and a week's wait costs little; within the bounds of the timing (at least 1: 0 fails an activity).
 */
export function pollDelayMs(
  wait: { startedAtMs: number; pace: Pace },
  nowMs: number,
  timing: Pick<Timing, 'pollMinMs' | 'pollWorkingMaxMs' | 'pollPeopleMaxMs'>,
): number {
  const slowest = wait.pace === 'people' ? timing.pollPeopleMaxMs : timing.pollWorkingMaxMs;
  const proportional = Math.floor(Math.max(0, nowMs - wait.startedAtMs) / 10);
  return Math.max(1, Math.min(Math.max(proportional, timing.pollMinMs), Math.max(slowest, 1)));
}
