import { z } from 'zod';
import type { ResourceCounts } from '../plan-and-apply/phase-record.ts';

const Change = z.object({
  /** Only where the resource had another address before. */
  previous_address: z.string().optional(),
  change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }),
});
const PlanDocument = z.looseObject({
  resource_changes: z.array(Change).default([]),
  resource_drift: z.array(Change).default([]),
  output_changes: z
    .record(z.string(), z.object({ actions: z.array(z.string()), after_unknown: z.unknown().optional() }))
    .default({}),
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
  return { counts, hasChanges: plan.applyable ?? (refreshOnly ? hasNews(plan) : acts(plan)) };
}

// OpenTofu, and terraform below 1.8, leave `applyable` out. These are the rules by which later versions set it.
function acts(plan: PlanDocument): boolean {
  return plan.resource_changes.some(movesOrActs) || Object.values(plan.output_changes).some(isAction);
}

/** Whether there is anything to write into the state: an output that only an apply could know is not. */
function hasNews(plan: PlanDocument): boolean {
  const outputs = Object.values(plan.output_changes).filter(({ after_unknown: unknown }) => !unknown);
  return plan.resource_drift.some(movesOrActs) || outputs.some(isAction);
}

const isAction = ({ actions }: { actions: string[] }): boolean => actions.some((action) => action !== 'no-op');

const movesOrActs = ({ change, previous_address }: z.infer<typeof Change>): boolean =>
  isAction(change) || Boolean(change.importing) || previous_address !== undefined;
