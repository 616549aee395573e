import { cancellationSignal } from '@temporalio/activity';
import type { ResourceCounts } from '@runwright/client/contract';
import { plannedChangesOf, type PlannedChanges } from '../domain/planned-changes.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { countsOf } from './run-reading.ts';
import { toFailure } from './to-failure.ts';

export interface PlanForPeople {
  counts: ResourceCounts;
  /** Addresses and actions; no value of a resource crosses history. */
  changes: PlannedChanges;
}

export const createPlanActivities = ({ tfe }: ActivityDeps) => ({
  /**
   * GET plan and its JSON, for people to decide on, if no look has brought them. Fails unless the server shows both;
   * people then see why.
   */
  async readPlan({ runId, planId }: { runId: string; planId?: string }): Promise<PlanForPeople> {
    const options = { signal: cancellationSignal() };
    try {
      const plan = await (planId === undefined ? tfe.plans.readOfRun(runId, options) : tfe.plans.read(planId, options));
      const changes = plannedChangesOf(await tfe.plans.readRedactedJson(plan.id, options));
      return { counts: countsOf(plan.counts), changes };
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },
});
