import { describe, expect, it } from '@jest/globals';
import { describeEndings, HOW, type EndingsReport } from '../../bench/endings-report.ts';

const report = (endedToKnownMs: number, requests = 3): EndingsReport => ({
  at: '2026-11-24T12:00:00.000Z',
  machine: '2 CPUs, Node 24.21.0, simulated',
  waiting: 300,
  samples: HOW.map((how) => ({ how, endedToKnownMs, ...(how !== 'expired' && { askedToEndedMs: 80, requests }) })),
  roundMs: 66_000,
});

describe('the report of the endings under load', () => {
  it('is good when every ending was known five seconds after TFE’s own, by three requests', () => {
    expect(describeEndings(report(5_000)).isKept).toBe(true);
    expect(describeEndings(report(5_001)).isKept).toBe(false);
    expect(describeEndings(report(80, 4)).isKept).toBe(false);
  });

  it('has no figure for how soon a deadline ends a run', () => {
    const { text } = describeEndings(report(80));

    expect(text).toMatch(/asked for → ended in TFE +0\.08 \(0\.08\) s +0\.08 \(0\.08\) s +–\n/);
  });

  it('fits 80 columns', () => {
    const lines = describeEndings(report(12_345, 100)).text.split('\n');

    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
