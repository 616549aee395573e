import type { activityQueuesOf } from '@runwright/client/contract';

export type ActivityQueue = keyof ReturnType<typeof activityQueuesOf>;

/** Requests a second that TFE allows a user, unless its administrators say otherwise (`X-RateLimit-Limit`). */
export const USUAL_LIMIT = 30;

/**
 * Activities per second, per queue, kept by the Temporal server for all workers together, where TFE allows the usual 30
 * requests. An act looks at its run first, and a look that finds a plan reads it too, so 2 × 7 + 2 × 4.5 + 2 + 0.4 is the
 * most; 4 are left for people. Of the 30 listings that TFE allows a minute, six are left for `runwright list --tfe`.
 */
export const REQUEST_RATES: Record<ActivityQueue, number> = { now: 7, poll: 4.5, upload: 2, list: 0.4 };
