import { describe, expect, it } from '@jest/globals';
import { percentile, type Sample } from '../../bench/measure.ts';
import { describeReport, type Report } from '../../bench/report.ts';

const sample = (ownDelayMs: number): Sample & { historyEvents: number } => ({
  totalMs: ownDelayMs + 500,
  tfeMs: 500,
  ownDelayMs,
  plannedToApplyMs: 100,
  appliedToKnownMs: 100,
  requests: 14,
  routes: {},
  historyEvents: 60,
});

const report = (...ownDelays: number[]): Report => ({
  at: '2026-11-24T12:00:00.000Z',
  machine: '2 CPUs',
  runs: ownDelays.length,
  runwright: ownDelays.map(sample),
  plain: ownDelays.map(sample),
  lostAnswer: {
    runwright: { ending: 'applied', runsCreated: 1, totalMs: 1 },
    plain: { ending: 'gave-up', runsCreated: 2, totalMs: 1 },
  },
});

describe('the report of the benchmark', () => {
  it('takes for the median the smallest value that half of them do not exceed', () => {
    expect(percentile([5, 1, 3, 2, 4], 0.5)).toBe(3);
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
  });

  it('says of each target whether it was reached', () => {
    expect(describeReport(report(1_499))).toContain('✔ own delay p50 < 1500 ms: 1499');
    expect(describeReport(report(1_500))).toContain('✘ own delay p50 < 1500 ms: 1500');
  });

  it('fits 80 columns', () => {
    const lines = describeReport(report(12_345, 67_890)).split('\n');

    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
