import type { RequestView } from '@runwright/client';
import { allChangesOf } from '../../domain/planned-changes.ts';
import type { CliDeps } from '../cli-deps.ts';
import { ExitError } from '../exit-error.ts';

/**
 * The view with every change of the plan: reads those that history has no room for from TFE, with the caller's own
 * token.
 */
export async function withAllChanges(view: RequestView, { withTfe }: Pick<CliDeps, 'withTfe'>): Promise<RequestView> {
  const { unlistedChanges: unlisted, ...rest } = view;
  const { runId, plannedChanges } = view;
  if (plannedChanges !== undefined && unlisted === undefined) return view;
  if (runId === undefined) throw new ExitError('usage', `request "${view.key}" has no run, and so no plan yet`);
  const plan = await withTfe(async (tfe) => {
    const { planId } = await tfe.runs.read(runId);
    return await tfe.plans.readRedactedJson(planId ?? (await tfe.plans.readOfRun(runId)).id);
  });
  if (plan === undefined) throw new ExitError('failed', `TFE has no plan of ${runId} to list: see its page in TFE`);
  return { ...rest, plannedChanges: allChangesOf(plan) };
}
