import type { activityQueuesOf } from '@runwright/client/contract';

export type ActivityQueue = keyof ReturnType<typeof activityQueuesOf>;

/** Requests a second that TFE allows a user, unless its administrators say otherwise (`X-RateLimit-Limit`). */
export const USUAL_LIMIT = 30;

/**
 * Activities per second and queue, if TFE allows the usual 30 requests. The Temporal server enforces them for all
 * workers together. An act looks at its run first, and a look that finds a plan also reads it, so the most is 2 × 7 + 2
 * × 4.5 + 2 + 0.4; that leaves 4 for people. Of the 30 listings that TFE allows a minute, six are left for `runwright
 * list --tfe`.
 */
export const REQUEST_RATES: Record<ActivityQueue, number> = { now: 7, poll: 4.5, upload: 2, list: 0.4 };
