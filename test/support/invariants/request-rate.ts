import { breach, type Evidence, type Violation } from './evidence.ts';
import { momentOf, requestsIn } from './runs-of.ts';

const WINDOW_MS = 10_000;

/** I5: requests to TFE over any ten seconds stay within the budget that somebody declares. Signed URLs count for nobody. */
export function withinBudget({ budget, ...evidence }: Evidence): Violation[] {
  if (budget === undefined) return [];
  const most = mostIn(WINDOW_MS, evidence);
  const allowed = (budget.perSecond * WINDOW_MS) / 1_000 + budget.burst;
  return most > allowed ? [breach('I5', 'TFE', `${most} requests within 10 s, where ${allowed} are allowed`)] : [];
}

/** The most requests that came within any window of that length. */
export function mostIn(windowMs: number, evidence: Pick<Evidence, 'journal'>): number {
  const times = requestsIn(evidence)
    .filter(({ user }) => user !== null)
    .map(momentOf)
    .toSorted((one, other) => one - other);
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (times[first]! <= time - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
