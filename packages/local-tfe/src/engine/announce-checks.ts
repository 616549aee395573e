import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import type { CostEstimateRecord, PolicyCheckRecord, PolicyOutcome, TaskStageRecord } from '../store/check-records.ts';
import type { ConfigurationVersionRecord, RunRecord, WorkspaceRecord } from '../store/records.ts';
import { safePath } from './archive-entries.ts';
import type { Script } from './script.ts';

export type ScriptedStage = NonNullable<Script['task-stages']>[number];

/**
 * What a run will pass through between its phases is there from the start, pending, as on TFE: clients decide by the answer to
 * the creation what they will wait for. Returns what of it the run refers to.
 */
export function announceChecks(
  services: Services,
  run: Pick<RunRecord, 'id' | 'planOnly'>,
  { workspace, version }: { workspace: WorkspaceRecord; version: ConfigurationVersionRecord },
): Pick<RunRecord, 'costEstimateId'> {
  const root = safePath(String(workspace.attributes['working-directory'] ?? '').replace(/^\/+/, '')) ?? '';
  const script = services.scripts.merge(workspace.id, version.scripts?.[root] ?? {});
  const organization = services.store.organizations.require(workspace.organization);
  const isEstimated =
    organization.attributes['cost-estimation-enabled'] === true || script['cost-estimate'] !== undefined;
  if (script.policies?.length) newPolicyCheck(services, run.id, script.policies);
  for (const scripted of script['task-stages'] ?? []) {
    if (!run.planOnly || scripted.stage.endsWith('_plan')) newTaskStage(services, run.id, scripted);
  }
  return { costEstimateId: isEstimated ? newCostEstimate(services, run.id).id : null };
}

export const newCostEstimate = (services: Services, runId: string): CostEstimateRecord =>
  services.store.costEstimates.insert({
    id: newId('ce'),
    runId,
    status: 'pending',
    statusTimestamps: {},
    priorMonthlyCost: '0.0',
    proposedMonthlyCost: '0.0',
    errorMessage: null,
  });

export const newPolicyCheck = (services: Services, runId: string, policies: PolicyOutcome[]): PolicyCheckRecord =>
  services.store.policyChecks.insert({ id: newId('polchk'), runId, status: 'pending', statusTimestamps: {}, policies });

export const newTaskStage = (services: Services, runId: string, scripted: ScriptedStage): TaskStageRecord =>
  services.store.taskStages.insert({
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
