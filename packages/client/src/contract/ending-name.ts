import { FAILURE_TYPES } from './failure-types.ts';
import { OUTCOMES } from './outcome.ts';

/** The name in lists for how a request ended: its outcome, the type of its failure, or what Temporal did to it. */
export const ENDING_NAMES = [...OUTCOMES, ...FAILURE_TYPES, 'failed', 'terminated', 'timed-out'] as const;
export type EndingName = (typeof ENDING_NAMES)[number];
