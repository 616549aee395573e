import type { Condition } from '../store/collection.ts';
import type { RunRecord } from './run-record.ts';

/** Plan-only runs and the planning of saved plans need neither the queue nor the lock. */
export const bypassesQueue = (run: RunRecord): boolean => run.planOnly || run.savePlan;

export const IN_QUEUE: Condition = { sql: "body->>'$.planOnly' = 0 AND body->>'$.savePlan' = 0", values: [] };
export const BESIDE_QUEUE: Condition = { sql: "body->>'$.planOnly' = 1 OR body->>'$.savePlan' = 1", values: [] };

/** Of whatever workspace. */
export const ofVersion = (configurationVersionId: string): Condition => ({
  sql: "body->>'$.configurationVersionId' = ?",
  values: [configurationVersionId],
});
