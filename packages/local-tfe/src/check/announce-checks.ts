import { newId } from '../ids.ts';
import type { Store } from '../store/store.ts';
import type { Scripts } from '../control/scripts.ts';
import type { CostEstimateRecord, PolicyCheckRecord, PolicyOutcome, TaskStageRecord } from './check-records.ts';
import type { ConfigurationVersionRecord } from '../configuration-version/configuration-version-record.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';
import { safePath } from '../configuration-version/archive-entries.ts';
import type { Script } from '../engine/script.ts';

export interface AnnounceChecksDeps {
  store: Store;
  scripts: Scripts;
}

export type ScriptedStage = NonNullable<Script['task-stages']>[number];

/**
 * What a run will pass through between its phases is there from the start, pending, as on TFE: clients decide by the answer to
 * the creation what they will wait for. Returns what of it the run refers to.
 */
export function announceChecks(
  deps: AnnounceChecksDeps,
  run: Pick<RunRecord, 'id' | 'planOnly'>,
  { workspace, version }: { workspace: WorkspaceRecord; version: ConfigurationVersionRecord },
): Pick<RunRecord, 'costEstimateId'> {
  const root = safePath(String(workspace.attributes['working-directory'] ?? '').replace(/^\/+/, '')) ?? '';
  const script = deps.scripts.merge(workspace.id, version.scripts?.[root] ?? {});
  const organization = deps.store.organizations.require(workspace.organization);
  const isEstimated =
    organization.attributes['cost-estimation-enabled'] === true || script['cost-estimate'] !== undefined;
  if (script.policies?.length) newPolicyCheck(deps, run.id, script.policies);
  for (const scripted of script['task-stages'] ?? []) {
    if (!run.planOnly || scripted.stage.endsWith('_plan')) newTaskStage(deps, run.id, scripted);
  }
  return { costEstimateId: isEstimated ? newCostEstimate(deps, run.id).id : null };
}

export const newCostEstimate = (deps: AnnounceChecksDeps, runId: string): CostEstimateRecord =>
  deps.store.costEstimates.insert({
    id: newId('ce'),
    runId,
    status: 'pending',
    statusTimestamps: {},
    priorMonthlyCost: '0.0',
    proposedMonthlyCost: '0.0',
    errorMessage: null,
  });

export const newPolicyCheck = (deps: AnnounceChecksDeps, runId: string, policies: PolicyOutcome[]): PolicyCheckRecord =>
  deps.store.policyChecks.insert({ id: newId('polchk'), runId, status: 'pending', statusTimestamps: {}, policies });

export const newTaskStage = (deps: AnnounceChecksDeps, runId: string, scripted: ScriptedStage): TaskStageRecord =>
  deps.store.taskStages.insert({
    id: newId('ts'),
    runId,
    stage: scripted.stage,
    status: 'pending',
    statusTimestamps: {},
    task: { id: newId('taskrs'), ...taskOf(scripted) },
  });

export const taskOf = ({ task, result, enforcement }: ScriptedStage): Omit<TaskStageRecord['task'], 'id'> => ({
  name: task,
  status: result,
  enforcement,
});
