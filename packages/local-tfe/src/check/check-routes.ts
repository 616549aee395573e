import { z } from 'zod';
import { overridePolicyCheck, overrideTaskStage } from './overrides.ts';
import { notFound, ok, redirect } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readPlain } from '../http/json-api.ts';
import { demandInRun, runOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { REDIRECT_LIFETIME_MS } from '../archivist/signed-url.ts';
import { presentCostEstimate, presentPolicyCheck, presentTaskStage } from './check-documents.ts';
import { includedIn, relationsOf } from '../include.ts';
import type { OverridesDeps } from './overrides.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { CostEstimateRecord, PolicyCheckRecord, TaskStageRecord } from './check-records.ts';

export interface ChecksRouteDeps extends OverridesDeps, PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  urls: UrlSigner;
}

const Comment = z.looseObject({ comment: z.string().nullish() });

function policyCheckOf(call: Call, deps: ChecksRouteDeps, need: Need = 'read'): PolicyCheckRecord {
  const check = deps.store.policyChecks.get(call.params['policy_check_id'] ?? '');
  if (!check) throw notFound();
  demandInRun(call.caller, deps, need, check.runId);
  return check;
}

function taskStageOf(call: Call, deps: ChecksRouteDeps, need: Need = 'read'): TaskStageRecord {
  const stage = deps.store.taskStages.get(call.params['task_stage_id'] ?? '');
  if (!stage) throw notFound();
  demandInRun(call.caller, deps, need, stage.runId);
  return stage;
}

function costEstimate(call: Call, deps: ChecksRouteDeps, found: CostEstimateRecord | undefined): Answer {
  if (!found) throw notFound();
  demandInRun(call.caller, deps, 'read', found.runId);
  return ok({ data: presentCostEstimate(found) });
}

// A run has one policy check and four stages at most: never more than a page.
const ALL = { number: 1, size: 100 };

function policyCheck(check: PolicyCheckRecord, call: Call, deps: ChecksRouteDeps): Answer {
  const included = includedIn('policy-checks', [check], call, deps);
  return ok({ data: presentPolicyCheck(check, call, deps), ...(included && { included }) });
}

function policyChecks(call: Call, deps: ChecksRouteDeps): Answer {
  const checks = deps.store.policyChecks.select({ scope: runOf(call, deps).id, order: 'oldest' });
  const items = checks.map((check) => presentPolicyCheck(check, call, deps));
  const included = includedIn('policy-checks', checks, call, deps);
  return ok(pageOf({ items, total: items.length }, ALL, { call, ...(included && { included }) }));
}

function taskStage(stage: TaskStageRecord, call: Call, deps: ChecksRouteDeps): Answer {
  const included = includedIn('task-stages', [stage], call, deps);
  return ok({ data: presentTaskStage(stage, call, deps), ...(included && { included }) });
}

function taskStages(call: Call, deps: ChecksRouteDeps): Answer {
  const stages = deps.store.taskStages.select({ scope: runOf(call, deps).id, order: 'oldest' });
  const items = stages.map((stage) => presentTaskStage(stage, call, deps));
  const included = includedIn('task-stages', stages, call, deps);
  return ok(pageOf({ items, total: items.length }, ALL, { call, ...(included && { included }) }));
}

const get = (
  path: string,
  summary: string,
  handle: Route<ChecksRouteDeps>['handle'],
  include: readonly string[] = [],
): Route<ChecksRouteDeps> => ({
  method: 'GET',
  path,
  summary,
  door: 'api',
  include,
  handle,
});

export const checkRoutes: readonly Route<ChecksRouteDeps>[] = [
  get('/cost-estimates/:cost_estimate_id', 'Read a cost estimate', (call, deps) =>
    costEstimate(call, deps, deps.store.costEstimates.get(call.params['cost_estimate_id'] ?? '')),
  ),
  get('/runs/:run_id/cost-estimate', 'Read the cost estimate of a run', (call, deps) =>
    costEstimate(call, deps, deps.store.costEstimates.get(runOf(call, deps).costEstimateId ?? '')),
  ),
  get('/runs/:run_id/policy-checks', 'List the policy checks of a run', policyChecks, relationsOf('policy-checks')),
  get(
    '/policy-checks/:policy_check_id',
    'Read a policy check',
    (call, deps) => policyCheck(policyCheckOf(call, deps), call, deps),
    relationsOf('policy-checks'),
  ),
  get('/policy-checks/:policy_check_id/output', 'Read what the policies said', (call, deps) =>
    redirect(307, call.origin + deps.urls.sign('read-policy-log', policyCheckOf(call, deps).id, REDIRECT_LIFETIME_MS)),
  ),
  {
    method: 'POST',
    path: '/policy-checks/:policy_check_id/actions/override',
    summary: 'Override a failed soft-mandatory policy',
    door: 'api',
    body: 'plain',
    handle(call, deps) {
      const { id } = policyCheckOf(call, deps, 'override-policies');
      overridePolicyCheck(deps, id, call.caller.user.id);
      return ok({ data: presentPolicyCheck(deps.store.policyChecks.require(id), call, deps) });
    },
  },
  get('/runs/:run_id/task-stages', 'List the task stages of a run', taskStages, relationsOf('task-stages')),
  get(
    '/task-stages/:task_stage_id',
    'Read a task stage',
    (call, deps) => taskStage(taskStageOf(call, deps), call, deps),
    relationsOf('task-stages'),
  ),
  get(
    '/task-stages/:task_stage_id/policy-evaluations',
    'List the policy evaluations of a stage: none here',
    (call, deps) => {
      taskStageOf(call, deps);
      return ok(pageOf({ items: [], total: 0 }, call.query.page(), { call }));
    },
  ),
  get(
    '/runs/:run_id/tf-policy-evaluations',
    'List the Terraform policy evaluations of a run: none here',
    (call, deps) => {
      runOf(call, deps);
      return ok(pageOf({ items: [], total: 0 }, call.query.page(), { call }));
    },
  ),
  {
    method: 'POST',
    path: '/task-stages/:task_stage_id/actions/override',
    summary: 'Override a failed task stage',
    door: 'api',
    body: 'plain',
    handle(call, deps) {
      const { id } = taskStageOf(call, deps, 'override-policies');
      const { comment } = readPlain(call.body, Comment);
      overrideTaskStage(deps, id, { userId: call.caller.user.id, comment: comment || undefined });
      return ok({ data: presentTaskStage(deps.store.taskStages.require(id), call, deps) });
    },
  },
];
