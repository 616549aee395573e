import { lastSeen, seenAfter, type RequestSeen, type StatusSeen, type TfeControl } from './tfe-control.ts';

/** What one approved run took. */
export interface Sample {
  /** From the call that asks for it until its outcome is in hand. */
  readonly totalMs: number;
  /** What TFE took itself: until it is planned, and from the confirmation until it is applied. */
  readonly tfeMs: number;
  /** The rest: what the driver adds. */
  readonly ownDelayMs: number;
  /** From the moment the run could be confirmed until the apply request arrived at TFE. */
  readonly plannedToApplyMs: number;
  /** From the moment it was applied until the outcome was in hand. */
  readonly appliedToKnownMs: number;
  readonly requests: number;
  /** How often which route was asked. */
  readonly routes: Readonly<Record<string, number>>;
}

/** Statuses in which TFE itself is at work on a plan; what follows them is somebody else's turn. */
const PLANNED = ['planned', 'cost_estimated', 'policy_checked', 'post_plan_completed'];

/** Times `work`, which drives one run to `applied`, with the TFE's own journal beside it. */
export async function measure(tfe: TfeControl, work: () => Promise<unknown>): Promise<Sample> {
  const before = await lastSeen(tfe);
  const startedAtMs = Date.now();
  await work();
  const endedAtMs = Date.now();
  const seen = await seenAfter(tfe, before);
  const requests = seen.filter((entry): entry is RequestSeen => entry.kind === 'request');
  const statuses = seen.filter((entry): entry is StatusSeen => entry.kind === 'run-status');
  const at = (...names: string[]): number => {
    const status = statuses.findLast((entry) => names.includes(entry.status));
    if (status === undefined) throw new Error(`the run was never ${names.join(' or ')}`);
    return Date.parse(status.at);
  };
  const createdAt = Date.parse(statuses[0]?.at ?? '');
  const plannedAt = at(...PLANNED);
  const confirmedAt = at('confirmed');
  const appliedAt = at('applied');
  const tfeMs = plannedAt - createdAt + (appliedAt - confirmedAt);
  const totalMs = endedAtMs - startedAtMs;
  return {
    totalMs,
    tfeMs,
    ownDelayMs: totalMs - tfeMs,
    plannedToApplyMs: confirmedAt - plannedAt,
    appliedToKnownMs: endedAtMs - appliedAt,
    requests: requests.length,
    routes: countBy(requests.map(({ route }) => route)),
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The smallest value that at least this share (0 to 1) of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
