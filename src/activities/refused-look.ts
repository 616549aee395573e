import { activityInfo, heartbeat } from '@temporalio/activity';
import type { TfeError } from '../tfe/http/tfe-error.ts';

// Read-after-write lag makes TFE answer 404 for a moment, so people see only a refusal that lasts.
const REFUSALS_BEFORE_NEWS = 3;

// The blocker texts of a refused look, those of earlier versions included. A refused apply is not a refused look.
const REFUSED_LOOK = /^TFE refuses (the token|to show)/;

const REFUSAL_WORDS: Partial<Record<TfeError['kind'], string>> = {
  unauthorized: 'TFE refuses the token (401): renew it; the worker reads its token file again by itself',
  forbidden: 'TFE refuses to show the run (403): restore the token’s permission',
  'not-found': 'TFE refuses to show the run (404): it is gone, or the token’s permission is',
};

/** TFE does not show the run, to us or to anybody. */
export interface RefusedLook {
  blocker: string;
  /** TFE answers 404. */
  gone?: true;
}

/** What one attempt passes to the next: how often TFE has refused in a row. */
interface Refusals {
  refusals: number;
}

const refusalsBefore = (): number => (activityInfo().heartbeatDetails as Refusals | undefined)?.refusals ?? 0;

/** Whether this blocker came from a refused look, so that the next successful look ends it. */
export const isOfRefusedLook = (blocker: string | undefined): boolean => REFUSED_LOOK.test(blocker ?? '');

/** What people read when TFE refuses to show the run. */
export function refusedLook(error: TfeError): RefusedLook {
  const blocker = REFUSAL_WORDS[error.kind] ?? error.message;
  return { blocker, ...(error.kind === 'not-found' && { gone: true }) };
}

/** Counts one more refusal in a row, and answers whether they are news by now. */
export function lastsAfter(): boolean {
  const refusals = refusalsBefore() + 1;
  if (refusals >= REFUSALS_BEFORE_NEWS) return true;
  heartbeat({ refusals } satisfies Refusals);
  return false;
}

/** TFE has shown the run: without this the next attempt would go on counting. */
export function forgetRefusals(): void {
  if (refusalsBefore() > 0) heartbeat({ refusals: 0 } satisfies Refusals);
}
