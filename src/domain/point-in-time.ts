const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The accepted forms of a time, for the sentence that refuses another form. */
export const POINTS_IN_TIME = 'a time such as 2026-11-30T03:00Z, or how long ago: 90m, 2h, 3d';

/** Reads ISO 8601 (UTC unless it names a zone) or a span before now. In ms since 1970; undefined if it is neither. */
export function pointInTime(text: string, nowMs: number): number | undefined {
  const atMs = agoMs(text, nowMs) ?? isoMs(text);
  return atMs !== undefined && atMs >= 0 ? atMs : undefined;
}

function agoMs(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Math.round(nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]);
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/i;

function isoMs(text: string): number | undefined {
  const [, date, time = '00:00', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined || !isOnTheCalendar(date)) return undefined;
  const atMs = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

// Date.parse reads the 30th of February as the 2nd of March.
function isOnTheCalendar(date: string): boolean {
  const midnightMs = Date.parse(`${date}T00:00Z`);
  return !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(date);
}
