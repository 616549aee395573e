import { z } from 'zod';
import type { ResourceCounts } from '../store/records.ts';

const Change = z.object({
  /** Only where the resource had another address before. */
  previous_address: z.string().optional(),
  change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }),
});
const PlanDocument = z.looseObject({
  resource_changes: z.array(Change).default([]),
  resource_drift: z.array(Change).default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
  applyable: z.boolean().optional(),
});

type PlanDocument = z.infer<typeof PlanDocument>;

/** Counts and "anything to apply?" from `terraform show -json PLAN`. */
export function summarizePlan(
  document: string,
  { refreshOnly }: { refreshOnly: boolean },
): { counts: ResourceCounts; hasChanges: boolean } {
  const plan = PlanDocument.parse(JSON.parse(document));
  const counts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
  for (const { change } of plan.resource_changes) {
    if (change.actions.includes('create')) counts.additions += 1;
    if (change.actions.includes('update')) counts.changes += 1;
    if (change.actions.includes('delete')) counts.destructions += 1;
    if (change.importing) counts.imports += 1;
  }
  return { counts, hasChanges: plan.applyable ?? isApplicable(plan, refreshOnly ? plan.resource_drift : []) };
}

/** OpenTofu and terraform below 1.8 leave `applyable` out: by the rule that later ones make it with. */
function isApplicable(plan: PlanDocument, drift: PlanDocument['resource_drift']): boolean {
  const acts = ({ actions }: { actions: string[] }): boolean => actions.some((action) => action !== 'no-op');
  return (
    [...plan.resource_changes, ...drift].some(
      ({ change, previous_address }) => acts(change) || change.importing || previous_address !== undefined,
    ) || Object.values(plan.output_changes).some(acts)
  );
}
