import { ExitError } from '../exit-error.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const LONGEST_DAYS = 366;

/** Milliseconds of "90s", "15m", "24h", "7d" or "500ms", at most 366 days. Throws a usage error that names the option. */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null)
    throw new ExitError('usage', `${option} must be a duration such as 90s, 15m, 24h or 7d, not "${text}"`);
  const ms = Math.round(Number(match[1]) * UNIT_MS[match[2] as Unit]);
  if (ms >= 1 && ms <= LONGEST_DAYS * UNIT_MS.d) return ms;
  throw new ExitError('usage', `${option} must be between 1ms and ${LONGEST_DAYS}d, not "${text}"`);
}

/** "0.4 s", "1 min 5 s", "3 h 2 min", "7 d": for people, at most two parts. */
export function describeDuration(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} s`;
  const seconds = Math.round(tenths);
  if (seconds < 60) return `${seconds} s`;
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
