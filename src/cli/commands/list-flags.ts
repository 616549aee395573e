import type { Phase, RequestFilter } from '@runwright/client';
import { ENDING_NAMES, type EndingName, PHASES } from '@runwright/client/contract';
import { pointInTime, POINTS_IN_TIME } from '../../domain/point-in-time.ts';
import { ExitError } from '../exit-error.ts';

/** The options of `runwright list`, as commander gives them. */
export interface ListFlags {
  phase?: string;
  organization?: string;
  workspace?: string;
  requestedBy?: string;
  open?: true;
  closed?: true;
  outcome?: string[];
  since?: string;
  until?: string;
  limit?: string;
  tfe?: true;
  json?: true;
}

/** The filter for Temporal. Throws a usage error that names the option. */
export function filterFrom(flags: ListFlags, nowMs: number): RequestFilter {
  const { phase, organization, workspace, requestedBy, open, closed, outcome, limit } = flags;
  if (phase !== undefined && !PHASES.includes(phase as Phase)) {
    throw new ExitError('usage', `--phase must be one of ${PHASES.join(', ')}`);
  }
  return {
    ...(phase !== undefined && { phase: phase as Phase }),
    ...(organization !== undefined && { organization }),
    ...(workspace !== undefined && { workspace }),
    ...(requestedBy !== undefined && { requestedBy }),
    ...(open !== closed && { state: open ? 'open' : 'closed' }),
    ...(outcome !== undefined && { outcome: outcomesFrom(outcome) }),
    ...timesFrom(flags, nowMs),
    ...(limit !== undefined && { limit: limitFrom(limit) }),
  };
}

function outcomesFrom(lists: readonly string[]): EndingName[] {
  return lists
    .flatMap((list) => list.split(','))
    .map((text) => {
      const named = ENDING_NAMES.find((name) => name === text.trim());
      if (named !== undefined) return named;
      throw new ExitError('usage', `--outcome must be one or more of ${ENDING_NAMES.join(', ')}; not "${text}"`);
    });
}

function timesFrom({ since, until }: ListFlags, nowMs: number): Pick<RequestFilter, 'since' | 'until'> {
  const times = {
    ...(since !== undefined && { since: timeFrom('--since', since, nowMs) }),
    ...(until !== undefined && { until: timeFrom('--until', until, nowMs) }),
  };
  if (times.since && times.until && times.since > times.until) {
    throw new ExitError('usage', `--since ${since} is later than --until ${until}: nothing lies between, swap them`);
  }
  return times;
}

function timeFrom(option: string, text: string, nowMs: number): Date {
  const atMs = pointInTime(text.trim(), nowMs);
  if (atMs === undefined) throw new ExitError('usage', `${option} must be ${POINTS_IN_TIME}; not "${text}"`);
  return new Date(atMs);
}

/** A positive whole number; throws a usage error. */
export function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new ExitError('usage', `--limit must be a whole number from 1, not "${text}"`);
  return Number(text);
}
