import { noContent, notFound, ok, redirect } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { demandInRun, runOf } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { REDIRECT_LIFETIME_MS } from '../http/signed-url.ts';
import { redactedPlan, schemasOf } from '../engine/plan-documents.ts';
import { sanitizedPlan } from '../engine/sanitized-plan.ts';
import { presentApply, presentPlan } from '../resources/phase.ts';
import type { Services } from '../services.ts';
import type { Access, PhaseRecord } from '../store/records.ts';

type Find = (call: Call, services: Services, access?: Access) => PhaseRecord;

const planById: Find = (call, services, access = 'read') => {
  const plan = services.store.plans.get(call.params['plan_id'] ?? '');
  if (!plan) throw notFound();
  demandInRun(call.caller, services, access, plan.runId);
  return plan;
};
const planOfRun: Find = (call, services, access = 'read') =>
  services.store.plans.require(runOf(call, services, access).planId);
const applyById: Find = (call, services) => {
  const apply = services.store.applies.get(call.params['apply_id'] ?? '');
  if (!apply) throw notFound();
  demandInRun(call.caller, services, 'read', apply.runId);
  return apply;
};
const applyOfRun: Find = (call, services) => services.store.applies.require(runOf(call, services).applyId);

/** 204 while the plan is not finished; then a link that lives a minute. Holds secrets in clear: administrators only. */
function jsonOutput(plan: PhaseRecord, call: Call, services: Services): Answer {
  if (plan.status !== 'finished') return noContent();
  return redirect(307, call.origin + services.urls.sign('read-plan-json', plan.id, REDIRECT_LIFETIME_MS));
}

async function redacted(plan: PhaseRecord, call: Call, services: Services): Promise<Answer> {
  if (plan.status !== 'finished') return noContent();
  if (!services.blobs.has('plan-redacted', plan.id)) {
    services.blobs.write('plan-redacted', plan.id, await redactedPlan(services, plan));
  }
  return redirect(307, call.origin + services.urls.sign('read-plan-redacted', plan.id, REDIRECT_LIFETIME_MS));
}

/** For people who may read the run, as the redacted output: the whole plan document, its secrets left out. */
function sanitized(plan: PhaseRecord, call: Call, services: Services): Answer {
  if (plan.status !== 'finished') return noContent();
  if (!services.blobs.has('plan-sanitized', plan.id)) {
    services.blobs.write('plan-sanitized', plan.id, sanitizedPlan(services, plan));
  }
  return redirect(307, call.origin + services.urls.sign('read-plan-sanitized', plan.id, REDIRECT_LIFETIME_MS));
}

async function jsonSchema(plan: PhaseRecord, call: Call, services: Services): Promise<Answer> {
  if (plan.status !== 'finished') return noContent();
  await schemasOf(services, plan);
  return redirect(307, call.origin + services.urls.sign('read-schemas', plan.id, REDIRECT_LIFETIME_MS));
}

const planRoutes = (path: string, find: Find, of: string): Route[] => [
  {
    method: 'GET',
    path,
    summary: `Read a plan ${of}`,
    door: 'api',
    handle: (call, services) => ok({ data: presentPlan(find(call, services), call, services) }),
  },
  {
    method: 'GET',
    path: `${path}/json-output`,
    summary: `Read the plan document ${of}`,
    door: 'api',
    handle: (call, services) => jsonOutput(find(call, services, 'admin'), call, services),
  },
  {
    method: 'GET',
    path: `${path}/json-output-redacted`,
    summary: `Read the plan document without secrets ${of}`,
    door: 'api',
    handle: (call, services) => redacted(find(call, services), call, services),
  },
  {
    method: 'GET',
    path: `${path}/sanitized-plan`,
    summary: `Read the whole plan document, its sensitive values left out, ${of}`,
    door: 'api',
    handle: (call, services) => sanitized(find(call, services), call, services),
  },
  {
    method: 'GET',
    path: `${path}/json-schema`,
    summary: `Read the provider schemas of a plan ${of}`,
    door: 'api',
    handle: (call, services) => jsonSchema(find(call, services, 'admin'), call, services),
  },
];

const applyRoute = (path: string, find: Find, of: string): Route => ({
  method: 'GET',
  path,
  summary: `Read an apply ${of}`,
  door: 'api',
  handle: (call, services) => ok({ data: presentApply(find(call, services), call, services) }),
});

export const phaseRoutes: readonly Route[] = [
  ...planRoutes('/plans/:plan_id', planById, 'by id'),
  ...planRoutes('/runs/:run_id/plan', planOfRun, 'of a run'),
  applyRoute('/applies/:apply_id', applyById, 'by id'),
  applyRoute('/runs/:run_id/apply', applyOfRun, 'of a run'),
  {
    method: 'GET',
    path: '/applies/:apply_id/errored-state',
    summary: 'The rescued state of a failed upload: there is never one here',
    door: 'api',
    handle(call, services) {
      applyById(call, services);
      throw notFound();
    },
  },
];
