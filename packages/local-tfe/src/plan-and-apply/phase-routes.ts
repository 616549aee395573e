import { noContent, notFound, ok, redirect } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { demandInRun, runOf } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { REDIRECT_LIFETIME_MS } from '../archivist/signed-url.ts';
import { redactedPlan, schemasOf } from './plan-documents.ts';
import { sanitizedPlan } from './sanitized-plan.ts';
import { presentApply, presentPlan } from './phase-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { SanitizedPlanDeps } from './sanitized-plan.ts';
import type { PhaseDocumentDeps } from './phase-document.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { Access } from '../account/user-records.ts';
import type { PhaseRecord } from './phase-record.ts';

export interface PhasesRouteDeps extends PermissionsDeps, SanitizedPlanDeps, PhaseDocumentDeps {
  store: Store;
  blobs: Blobs;
  urls: UrlSigner;
}

type Find = (call: Call, deps: PhasesRouteDeps, access?: Access) => PhaseRecord;

const planById: Find = (call, deps, access = 'read') => {
  const plan = deps.store.plans.get(call.params['plan_id'] ?? '');
  if (!plan) throw notFound();
  demandInRun(call.caller, deps, access, plan.runId);
  return plan;
};
const planOfRun: Find = (call, deps, access = 'read') => deps.store.plans.require(runOf(call, deps, access).planId);
const applyById: Find = (call, deps) => {
  const apply = deps.store.applies.get(call.params['apply_id'] ?? '');
  if (!apply) throw notFound();
  demandInRun(call.caller, deps, 'read', apply.runId);
  return apply;
};
const applyOfRun: Find = (call, deps) => deps.store.applies.require(runOf(call, deps).applyId);

/** 204 while the plan is not finished; then a link that lives a minute. Holds secrets in clear: administrators only. */
function jsonOutput(plan: PhaseRecord, call: Call, deps: PhasesRouteDeps): Answer {
  if (plan.status !== 'finished') return noContent();
  return redirect(307, call.origin + deps.urls.sign('read-plan-json', plan.id, REDIRECT_LIFETIME_MS));
}

async function redacted(plan: PhaseRecord, call: Call, deps: PhasesRouteDeps): Promise<Answer> {
  if (plan.status !== 'finished') return noContent();
  if (!deps.blobs.has('plan-redacted', plan.id)) {
    deps.blobs.write('plan-redacted', plan.id, await redactedPlan(deps, plan));
  }
  return redirect(307, call.origin + deps.urls.sign('read-plan-redacted', plan.id, REDIRECT_LIFETIME_MS));
}

/** For people who may read the run, as the redacted output: the whole plan document, its secrets left out. */
function sanitized(plan: PhaseRecord, call: Call, deps: PhasesRouteDeps): Answer {
  if (plan.status !== 'finished') return noContent();
  if (!deps.blobs.has('plan-sanitized', plan.id)) {
    deps.blobs.write('plan-sanitized', plan.id, sanitizedPlan(deps, plan));
  }
  return redirect(307, call.origin + deps.urls.sign('read-plan-sanitized', plan.id, REDIRECT_LIFETIME_MS));
}

async function jsonSchema(plan: PhaseRecord, call: Call, deps: PhasesRouteDeps): Promise<Answer> {
  if (plan.status !== 'finished') return noContent();
  await schemasOf(deps, plan);
  return redirect(307, call.origin + deps.urls.sign('read-schemas', plan.id, REDIRECT_LIFETIME_MS));
}

const planRoutes = (path: string, find: Find, of: string): Route<PhasesRouteDeps>[] => [
  {
    method: 'GET',
    path,
    summary: `Read a plan ${of}`,
    door: 'api',
    handle: (call, deps) => ok({ data: presentPlan(find(call, deps), call, deps) }),
  },
  {
    method: 'GET',
    path: `${path}/json-output`,
    summary: `Read the plan document ${of}`,
    door: 'api',
    handle: (call, deps) => jsonOutput(find(call, deps, 'admin'), call, deps),
  },
  {
    method: 'GET',
    path: `${path}/json-output-redacted`,
    summary: `Read the plan document without secrets ${of}`,
    door: 'api',
    handle: (call, deps) => redacted(find(call, deps), call, deps),
  },
  {
    method: 'GET',
    path: `${path}/sanitized-plan`,
    summary: `Read the whole plan document, its sensitive values left out, ${of}`,
    door: 'api',
    handle: (call, deps) => sanitized(find(call, deps), call, deps),
  },
  {
    method: 'GET',
    path: `${path}/json-schema`,
    summary: `Read the provider schemas of a plan ${of}`,
    door: 'api',
    handle: (call, deps) => jsonSchema(find(call, deps, 'admin'), call, deps),
  },
];

const applyRoute = (path: string, find: Find, of: string): Route<PhasesRouteDeps> => ({
  method: 'GET',
  path,
  summary: `Read an apply ${of}`,
  door: 'api',
  handle: (call, deps) => ok({ data: presentApply(find(call, deps), call, deps) }),
});

export const phaseRoutes: readonly Route<PhasesRouteDeps>[] = [
  ...planRoutes('/plans/:plan_id', planById, 'by id'),
  ...planRoutes('/runs/:run_id/plan', planOfRun, 'of a run'),
  applyRoute('/applies/:apply_id', applyById, 'by id'),
  applyRoute('/runs/:run_id/apply', applyOfRun, 'of a run'),
  {
    method: 'GET',
    path: '/applies/:apply_id/errored-state',
    summary: 'The rescued state of a failed upload: there is never one here',
    door: 'api',
    handle(call, deps) {
      applyById(call, deps);
      throw notFound();
    },
  },
];
