import { describe, expect, it } from '@jest/globals';
import { describeDuration, parseDuration } from './duration.ts';

describe('a duration option', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration('--approval-timeout', text)).toBe(ms);
  });

  it.each(['', '24', 'h', '-1h', '1 hour', '1e3s'])('"%s" is refused, naming the option', (text) => {
    expect(() => parseDuration('--approval-timeout', text)).toThrow(/--approval-timeout must be a duration/);
  });

  it.each(['0s', '0.1ms', '367d', '99999999999d'])('%s is refused, naming the bounds', (text) => {
    expect(() => parseDuration('--approval-timeout', text)).toThrow(/must be between 1ms and 366d, not/);
  });
});

describe('a duration for people', () => {
  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [420, '0.4 s'],
    [12_400, '12 s'],
    [59_960, '1 min'],
    [65_000, '1 min 5 s'],
    [3_720_000, '1 h 2 min'],
    [86_400_000, '1 d'],
    [604_800_000 + 3_600_000, '7 d 1 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(describeDuration(ms)).toBe(text);
  });
});
