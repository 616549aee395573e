import { z } from 'zod';
import type { ResourceCounts } from '../store/records.ts';

const Change = z.object({ change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }) });
const PlanDocument = z.looseObject({
  resource_changes: z.array(Change).default([]),
  resource_drift: z.array(Change).default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
  applyable: z.boolean().optional(),
});

/** Counts and "anything to apply?" from `terraform show -json PLAN`. */
export function summarizePlan(document: string): { counts: ResourceCounts; hasChanges: boolean } {
  const plan = PlanDocument.parse(JSON.parse(document));
  const counts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
  for (const { change } of plan.resource_changes) {
    if (change.actions.includes('create')) counts.additions += 1;
    if (change.actions.includes('update')) counts.changes += 1;
    if (change.actions.includes('delete')) counts.destructions += 1;
    if (change.importing) counts.imports += 1;
  }
  const acts = (actions: string[]): boolean => actions.some((action) => action !== 'no-op' && action !== 'read');
  const hasChanges =
    plan.applyable ??
    (plan.resource_changes.some(({ change }) => acts(change.actions)) ||
      Object.values(plan.output_changes).some(({ actions }) => acts(actions)));
  return { counts, hasChanges };
}
