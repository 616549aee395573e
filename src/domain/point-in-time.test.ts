import { describe, expect, it } from '@jest/globals';
import { pointInTime } from './point-in-time.ts';

const NOW = '2026-12-01T03:00:00.000Z';

const read = (text: string): string | undefined => {
  const atMs = pointInTime(text, Date.parse(NOW));
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
};

describe('a point in time', () => {
  it.each([
    ['2h', '2026-12-01T01:00:00.000Z'],
    ['3d', '2026-11-28T03:00:00.000Z'],
    ['1.5h', '2026-12-01T01:30:00.000Z'],
    ['90m', '2026-12-01T01:30:00.000Z'],
    ['0s', NOW],
    ['2026-11-30', '2026-11-30T00:00:00.000Z'],
    ['2026-11-30T03:00', '2026-11-30T03:00:00.000Z'],
    ['2026-11-30 03:00:07', '2026-11-30T03:00:07.000Z'],
    ['2026-11-30T03:00:00.5Z', '2026-11-30T03:00:00.500Z'],
    ['2026-11-30T03:00+02:00', '2026-11-30T01:00:00.000Z'],
    ['2026-11-30t03:00z', '2026-11-30T03:00:00.000Z'],
  ])('%s is %s', (text, at) => {
    expect(read(text)).toBe(at);
  });

  it.each([
    '',
    '2',
    'h',
    '-2h',
    '2 hours',
    '1e3s',
    '99999999999d',
    'yesterday',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-30T25:00Z',
    '1969-12-31',
    "2026-11-30' OR '1' = '1",
  ])('"%s" is none', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
