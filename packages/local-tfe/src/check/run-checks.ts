import type { AnnounceChecksDeps } from './announce-checks.ts';
import type { TransitionsDeps } from '../run/transitions.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { CostEstimateRecord, PolicyCheckRecord, PolicyOutcome, TaskStageRecord } from './check-records.ts';
import type { RunRecord } from '../run/run-record.ts';
import { newCostEstimate, newPolicyCheck, newTaskStage, taskOf } from './announce-checks.ts';
import type { ScriptedStage } from './announce-checks.ts';
import { scriptedWait } from '../engine/logs.ts';
import type { Driven } from '../engine/run-driver.ts';
import type { Script } from '../engine/script.ts';
import { timestampKey } from '../run/run-statuses.ts';
import { enter, rest } from '../run/transitions.ts';

export interface ChecksDeps extends AnnounceChecksDeps, TransitionsDeps {
  store: Store;
  blobs: Blobs;
  timestamp: () => string;
}

export type Verdict = 'go-on' | 'stop';
export type Stage = TaskStageRecord['stage'];

const stampedNow = (deps: ChecksDeps, record: { statusTimestamps: Record<string, string> }, status: string) => ({
  statusTimestamps: { ...record.statusTimestamps, [timestampKey(status)]: deps.timestamp() },
});

/** Run tasks of one stage, where a script asks for them: a failed mandatory one ends the run, an overridable one waits. */
export async function runTaskStage(driven: Driven<ChecksDeps>, stage: Stage, script: Script): Promise<Verdict> {
  const { deps, runId, interrupt } = driven;
  const scripted = script['task-stages']?.find((candidate) => candidate.stage === stage);
  if (!scripted) return 'go-on';
  const record = stageRecord(deps, runId, scripted);
  const move = (status: TaskStageRecord['status']): void => {
    const before = deps.store.taskStages.require(record.id);
    deps.store.taskStages.update(record.id, { status, ...stampedNow(deps, before, status) });
  };
  // After a restart it may be known already that somebody has to decide.
  if (driven.run().status !== `${stage}_awaiting_decision`) {
    await driven.enter(`${stage}_running`);
    await scriptedWait(scripted.seconds, interrupt);
  }
  if (scripted.result === 'passed' || scripted.enforcement === 'advisory') {
    move(scripted.result === 'passed' ? 'passed' : 'failed');
    await driven.enter(`${stage}_completed`);
    return 'go-on';
  }
  if (scripted.enforcement === 'overridable' && stage !== 'post_apply') {
    await driven.enter(`${stage}_awaiting_decision`);
    move('awaiting_override');
    rest(deps, runId, 'override');
    return 'stop';
  }
  move(scripted.result);
  // What is applied stays applied: a failing task after it is only reported.
  if (stage === 'post_apply') return 'go-on';
  enter(deps, runId, 'errored', { errorText: `the task ${scripted.task} failed` });
  return 'stop';
}

/** The stage that was announced, or that a restart interrupted; a new one where the script came later. */
function stageRecord(deps: ChecksDeps, runId: string, scripted: ScriptedStage): TaskStageRecord {
  const announced = deps.store.taskStages.select({ scope: runId }).find(({ stage }) => stage === scripted.stage);
  const record = announced ?? newTaskStage(deps, runId, scripted);
  if (record.status !== 'pending') return record;
  return deps.store.taskStages.update(record.id, {
    status: 'running',
    task: { id: record.task.id, ...taskOf(scripted) },
    ...stampedNow(deps, record, 'running'),
  });
}

/** An estimate never stops a run, also when it fails. */
export async function checkCosts(driven: Driven<ChecksDeps>, script: Script): Promise<void> {
  const { deps, runId, interrupt } = driven;
  const run = driven.run();
  const scripted = script['cost-estimate'];
  if (run.costEstimateId === null && !scripted) return;
  const estimate =
    run.costEstimateId === null ? newCostEstimate(deps, runId) : deps.store.costEstimates.require(run.costEstimateId);
  const move = (status: CostEstimateRecord['status'], change: Partial<CostEstimateRecord> = {}): void => {
    const before = deps.store.costEstimates.require(estimate.id);
    deps.store.costEstimates.update(estimate.id, { ...change, status, ...stampedNow(deps, before, status) });
  };
  deps.store.runs.update(runId, { costEstimateId: estimate.id });
  if (run.targetAddrs !== null) return move('skipped_due_to_targeting');
  move('queued');
  await driven.enter('cost_estimating');
  await scriptedWait(scripted?.seconds, interrupt);
  move(scripted?.status ?? 'finished', {
    priorMonthlyCost: scripted?.['prior-monthly-cost'] ?? '0.0',
    proposedMonthlyCost: scripted?.['proposed-monthly-cost'] ?? '0.0',
    errorMessage: scripted?.status === 'errored' ? (scripted.error ?? 'the estimate failed') : null,
  });
  await driven.enter('cost_estimated');
}

/** Sentinel policies: advisory ones are only reported, soft ones wait for an override, hard ones end the run. */
export async function checkPolicies(driven: Driven<ChecksDeps>, script: Script): Promise<Verdict> {
  const { deps, runId, interrupt } = driven;
  const policies: PolicyOutcome[] = script.policies ?? [];
  if (policies.length === 0) return 'go-on';
  const check = policyCheckRecord(deps, runId, policies);
  const status = verdictOf(policies);
  // After a restart the verdict may be known already.
  if (check.status === 'queued') {
    await driven.enter('policy_checking');
    await scriptedWait(script['policy-seconds'], interrupt);
    deps.blobs.write('log', check.id, policyLog(policies));
    moveCheck(deps, check, status);
  }
  return afterPolicies(driven, status);
}

/** The check that was announced, now in the queue, or the one that a restart interrupted. */
function policyCheckRecord(deps: ChecksDeps, runId: string, policies: PolicyOutcome[]): PolicyCheckRecord {
  const record = deps.store.policyChecks.first({ scope: runId }) ?? newPolicyCheck(deps, runId, policies);
  if (record.status !== 'pending') return record;
  return deps.store.policyChecks.update(record.id, {
    status: 'queued',
    policies,
    ...stampedNow(deps, record, 'queued'),
  });
}

function verdictOf(policies: readonly PolicyOutcome[]): 'hard_failed' | 'soft_failed' | 'passed' {
  const failed = (enforcement: PolicyOutcome['enforcement']): boolean =>
    policies.some((policy) => policy.enforcement === enforcement && policy.result === 'failed');
  return failed('hard-mandatory') ? 'hard_failed' : failed('soft-mandatory') ? 'soft_failed' : 'passed';
}

async function afterPolicies(
  driven: Driven<ChecksDeps>,
  status: 'hard_failed' | 'soft_failed' | 'passed',
): Promise<Verdict> {
  const { deps, runId } = driven;
  const run: RunRecord = driven.run();
  if (status === 'hard_failed') {
    enter(deps, runId, 'errored', { errorText: 'a hard-mandatory policy failed' });
    return 'stop';
  }
  if (status === 'passed') {
    await driven.enter('policy_checked');
    return 'go-on';
  }
  if (run.planOnly) {
    enter(deps, runId, 'policy_soft_failed');
    return 'stop';
  }
  await driven.enter('policy_override');
  rest(deps, runId, 'override');
  return 'stop';
}

export function moveCheck(deps: ChecksDeps, check: PolicyCheckRecord, status: PolicyCheckRecord['status']): void {
  deps.store.policyChecks.update(check.id, { status, ...stampedNow(deps, check, status) });
}

const policyLog = (policies: readonly PolicyOutcome[]): string =>
  `Sentinel Result: ${policies.every(({ result }) => result === 'passed')}\n\n${policies
    .map(({ name, enforcement, result }) => `## Policy: ${name} (${enforcement})\n\nResult: ${result === 'passed'}\n`)
    .join('\n')}`;
