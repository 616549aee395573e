import type { Check } from '../../temporal/doctor.ts';
import { within } from '../within.ts';

// Longer than the checks' own waits for TFE and Temporal (15 s), so that people see their own words if there are any.
const CHECK_WITHIN_MS = 25_000;

/** The finding of a check, or that its time ran out: a doctor that waits for ever helps nobody. */
export const inTime = <T>(check: Promise<T>, late: () => T): Promise<T> => within(CHECK_WITHIN_MS, check, late);

/** The finding for a check that did not end in time. */
export const lateCheck = (name: string): Check => ({
  name,
  state: 'failed',
  found: `no answer within ${CHECK_WITHIN_MS / 1_000} s: the check was given up`,
  todo: LATE_TODO[name] ?? 'look whether the server, the network or a proxy hangs, and try again',
});

const LATE_TODO: Readonly<Record<string, string>> = {
  archives: 'look whether the file system of RUNWRIGHT_ARCHIVE_DIR hangs, as a network drive may',
};
