import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import { may } from '../http/permissions.ts';
import type { Call } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import type { CostEstimateRecord, PolicyCheckRecord, TaskStageRecord } from './check-records.ts';

export interface ChecksDocumentDeps {
  store: Store;
}

const mayOverride = (runId: string, { caller }: Call, { store }: ChecksDocumentDeps): boolean =>
  may(caller, 'override-policies', store.runs.require(runId).workspaceId);

/** Money is text, as in TFE. */
export const presentCostEstimate = (estimate: CostEstimateRecord): Resource => ({
  id: estimate.id,
  type: 'cost-estimates',
  attributes: {
    status: estimate.status,
    'status-timestamps': estimate.statusTimestamps,
    'error-message': estimate.errorMessage,
    'prior-monthly-cost': estimate.priorMonthlyCost,
    'proposed-monthly-cost': estimate.proposedMonthlyCost,
    'delta-monthly-cost': (Number(estimate.proposedMonthlyCost) - Number(estimate.priorMonthlyCost)).toFixed(2),
    'resources-count': 0,
    'matched-resources-count': 0,
    'unmatched-resources-count': 0,
    resources: { matched: [], unmatched: [] },
  },
  links: { self: `/api/v2/cost-estimates/${estimate.id}` },
});

export function presentPolicyCheck(check: PolicyCheckRecord, call: Call, deps: ChecksDocumentDeps): Resource {
  const count = (enforcement: string): number =>
    check.policies.filter((policy) => policy.result === 'failed' && policy.enforcement === enforcement).length;
  const done = check.status !== 'queued' && check.status !== 'pending';
  const [soft, hard, advisory] = [count('soft-mandatory'), count('hard-mandatory'), count('advisory')];
  return {
    id: check.id,
    type: 'policy-checks',
    attributes: {
      status: check.status,
      scope: 'organization',
      'status-timestamps': check.statusTimestamps,
      result: done
        ? {
            result: soft + hard === 0,
            passed: check.policies.filter((policy) => policy.result === 'passed').length,
            'total-failed': soft + hard + advisory,
            'hard-failed': hard,
            'soft-failed': soft,
            'advisory-failed': advisory,
            'duration-ms': 0,
            sentinel: {
              data: {},
              schema_version: 1,
              policies: check.policies.map(({ name, enforcement, result }) => ({
                policy: name,
                enforcement_level: enforcement,
                result: result === 'passed',
              })),
            },
          }
        : null,
      actions: { 'is-overridable': check.status === 'soft_failed' },
      permissions: { 'can-override': mayOverride(check.runId, call, deps) },
    },
    relationships: { run: linkTo('runs', check.runId) },
    links: { self: `/api/v2/policy-checks/${check.id}`, output: `/api/v2/policy-checks/${check.id}/output` },
  };
}

export function presentTaskStage(stage: TaskStageRecord, call: Call, deps: ChecksDocumentDeps): Resource {
  const { createdAt } = deps.store.runs.require(stage.runId);
  return {
    id: stage.id,
    type: 'task-stages',
    attributes: {
      stage: stage.stage,
      status: stage.status,
      'status-timestamps': stage.statusTimestamps,
      'created-at': createdAt,
      'updated-at': Object.values(stage.statusTimestamps).at(-1) ?? createdAt,
      actions: { 'is-overridable': stage.status === 'awaiting_override' },
      permissions: {
        'can-override': mayOverride(stage.runId, call, deps),
        'can-override-policy': mayOverride(stage.runId, call, deps),
        'can-override-tasks': mayOverride(stage.runId, call, deps),
      },
    },
    relationships: {
      run: linkTo('runs', stage.runId),
      'task-results': linkToAll('task-results', [stage.task.id]),
      'policy-evaluations': { data: [] },
    },
    links: { self: `/api/v2/task-stages/${stage.id}` },
  };
}

const UNDECIDED: readonly TaskStageRecord['status'][] = ['pending', 'running', 'canceled', 'unreachable'];
const taskStatus = ({ status, task }: TaskStageRecord): string => (UNDECIDED.includes(status) ? status : task.status);

export const presentTaskResult = (stage: TaskStageRecord): Resource => ({
  id: stage.task.id,
  type: 'task-results',
  attributes: {
    status: taskStatus(stage),
    message: `${stage.task.name}: ${taskStatus(stage)}`,
    'status-timestamps': stage.statusTimestamps,
    url: null,
    'task-id': 'task-scripted',
    'task-name': stage.task.name,
    'task-url': 'http://127.0.0.1/',
    stage: stage.stage,
    'is-speculative': false,
    'workspace-task-id': 'wstask-scripted',
    'workspace-task-enforcement-level': stage.task.enforcement === 'advisory' ? 'advisory' : 'mandatory',
  },
  relationships: { 'task-stage': linkTo('task-stages', stage.id) },
  links: { self: `/api/v2/task-results/${stage.task.id}` },
});
