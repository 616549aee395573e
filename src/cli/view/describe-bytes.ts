const UNITS = ['KB', 'MB', 'GB', 'TB'] as const;

/** "612 B", "1.5 KB", "200.0 MB": for people; a unit is 1024 of the one before, as in --max-archive. */
export function describeBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  let value = bytes / 1_024;
  let unit = 0;
  // A value that would round to 1024.0 moves on to the next unit.
  for (; value >= 1_023.95 && unit < UNITS.length - 1; unit++) value /= 1_024;
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}
