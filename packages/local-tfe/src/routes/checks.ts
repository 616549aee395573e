import { z } from 'zod';
import { overridePolicyCheck, overrideTaskStage } from '../engine/overrides.ts';
import { notFound, ok, redirect } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readPlain } from '../http/json-api.ts';
import { demandInRun, runOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import { pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { REDIRECT_LIFETIME_MS } from '../http/signed-url.ts';
import { presentCostEstimate, presentPolicyCheck, presentTaskStage } from '../resources/checks.ts';
import { includedIn, relationsOf } from '../resources/include.ts';
import type { Services } from '../services.ts';
import type { CostEstimateRecord, PolicyCheckRecord, TaskStageRecord } from '../store/check-records.ts';

const Comment = z.looseObject({ comment: z.string().nullish() });

function policyCheckOf(call: Call, services: Services, need: Need = 'read'): PolicyCheckRecord {
  const check = services.store.policyChecks.get(call.params['policy_check_id'] ?? '');
  if (!check) throw notFound();
  demandInRun(call.caller, services, need, check.runId);
  return check;
}

function taskStageOf(call: Call, services: Services, need: Need = 'read'): TaskStageRecord {
  const stage = services.store.taskStages.get(call.params['task_stage_id'] ?? '');
  if (!stage) throw notFound();
  demandInRun(call.caller, services, need, stage.runId);
  return stage;
}

function costEstimate(call: Call, services: Services, found: CostEstimateRecord | undefined): Answer {
  if (!found) throw notFound();
  demandInRun(call.caller, services, 'read', found.runId);
  return ok({ data: presentCostEstimate(found) });
}

// A run has one policy check and four stages at most: never more than a page.
const ALL = { number: 1, size: 100 };

function policyCheck(check: PolicyCheckRecord, call: Call, services: Services): Answer {
  const included = includedIn('policy-checks', [check], call, services);
  return ok({ data: presentPolicyCheck(check, call, services), ...(included && { included }) });
}

function policyChecks(call: Call, services: Services): Answer {
  const checks = services.store.policyChecks.select({ scope: runOf(call, services).id, order: 'oldest' });
  const items = checks.map((check) => presentPolicyCheck(check, call, services));
  const included = includedIn('policy-checks', checks, call, services);
  return ok(pageOf({ items, total: items.length }, ALL, { call, ...(included && { included }) }));
}

function taskStage(stage: TaskStageRecord, call: Call, services: Services): Answer {
  const included = includedIn('task-stages', [stage], call, services);
  return ok({ data: presentTaskStage(stage, call, services), ...(included && { included }) });
}

function taskStages(call: Call, services: Services): Answer {
  const stages = services.store.taskStages.select({ scope: runOf(call, services).id, order: 'oldest' });
  const items = stages.map((stage) => presentTaskStage(stage, call, services));
  const included = includedIn('task-stages', stages, call, services);
  return ok(pageOf({ items, total: items.length }, ALL, { call, ...(included && { included }) }));
}

const get = (path: string, summary: string, handle: Route['handle'], include: readonly string[] = []): Route => ({
  method: 'GET',
  path,
  summary,
  door: 'api',
  include,
  handle,
});

export const checkRoutes: readonly Route[] = [
  get('/cost-estimates/:cost_estimate_id', 'Read a cost estimate', (call, services) =>
    costEstimate(call, services, services.store.costEstimates.get(call.params['cost_estimate_id'] ?? '')),
  ),
  get('/runs/:run_id/cost-estimate', 'Read the cost estimate of a run', (call, services) =>
    costEstimate(call, services, services.store.costEstimates.get(runOf(call, services).costEstimateId ?? '')),
  ),
  get('/runs/:run_id/policy-checks', 'List the policy checks of a run', policyChecks, relationsOf('policy-checks')),
  get(
    '/policy-checks/:policy_check_id',
    'Read a policy check',
    (call, services) => policyCheck(policyCheckOf(call, services), call, services),
    relationsOf('policy-checks'),
  ),
  get('/policy-checks/:policy_check_id/output', 'Read what the policies said', (call, services) =>
    redirect(
      307,
      call.origin + services.urls.sign('read-policy-log', policyCheckOf(call, services).id, REDIRECT_LIFETIME_MS),
    ),
  ),
  {
    method: 'POST',
    path: '/policy-checks/:policy_check_id/actions/override',
    summary: 'Override a failed soft-mandatory policy',
    door: 'api',
    body: 'plain',
    handle(call, services) {
      const { id } = policyCheckOf(call, services, 'override-policies');
      overridePolicyCheck(services, id, call.caller.user.id);
      return ok({ data: presentPolicyCheck(services.store.policyChecks.require(id), call, services) });
    },
  },
  get('/runs/:run_id/task-stages', 'List the task stages of a run', taskStages, relationsOf('task-stages')),
  get(
    '/task-stages/:task_stage_id',
    'Read a task stage',
    (call, services) => taskStage(taskStageOf(call, services), call, services),
    relationsOf('task-stages'),
  ),
  get(
    '/task-stages/:task_stage_id/policy-evaluations',
    'List the policy evaluations of a stage: none here',
    (call, services) => {
      taskStageOf(call, services);
      return ok(pageOf({ items: [], total: 0 }, call.query.page(), { call }));
    },
  ),
  get(
    '/runs/:run_id/tf-policy-evaluations',
    'List the Terraform policy evaluations of a run: none here',
    (call, services) => {
      runOf(call, services);
      return ok(pageOf({ items: [], total: 0 }, call.query.page(), { call }));
    },
  ),
  {
    method: 'POST',
    path: '/task-stages/:task_stage_id/actions/override',
    summary: 'Override a failed task stage',
    door: 'api',
    body: 'plain',
    handle(call, services) {
      const { id } = taskStageOf(call, services, 'override-policies');
      const { comment } = readPlain(call.body, Comment);
      overrideTaskStage(services, id, { userId: call.caller.user.id, comment: comment || undefined });
      return ok({ data: presentTaskStage(services.store.taskStages.require(id), call, services) });
    },
  },
];
