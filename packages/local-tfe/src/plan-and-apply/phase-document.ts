import { linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import { may } from '../http/permissions.ts';
import type { Call } from '../http/route.ts';
import type { Store } from '../store/store.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { PhaseRecord } from './phase-record.ts';

export interface PhaseDocumentDeps {
  store: Store;
  urls: UrlSigner;
}

const PLAN_DOCUMENTS = ['json-output', 'json-output-redacted', 'json-schema', 'sanitized-plan'] as const;
const EXECUTION = { 'execution-details': { mode: 'remote' } };

export function presentPlan(plan: PhaseRecord, call: Call, deps: PhaseDocumentDeps): Resource {
  return {
    id: plan.id,
    type: 'plans',
    attributes: {
      actions: { 'is-exportable': plan.status === 'finished' },
      ...EXECUTION,
      'generated-configuration': plan.generatedConfiguration,
      'has-changes': plan.hasChanges,
      permissions: {
        'can-export': may(call.caller, 'read-mocks', deps.store.runs.require(plan.runId).workspaceId),
      },
      ...counts(plan),
      'resource-imports': plan.counts?.imports ?? null,
      ...common(plan, call, deps),
    },
    relationships: { 'state-versions': { data: [] }, exports: { data: [] } },
    links: {
      self: `/api/v2/plans/${plan.id}`,
      ...Object.fromEntries(PLAN_DOCUMENTS.map((name) => [name, `/api/v2/plans/${plan.id}/${name}`])),
    },
  };
}

export function presentApply(apply: PhaseRecord, call: Call, deps: PhaseDocumentDeps): Resource {
  return {
    id: apply.id,
    type: 'applies',
    attributes: {
      ...EXECUTION,
      ...counts(apply),
      'resource-imports': apply.counts?.imports ?? null,
      ...common(apply, call, deps),
    },
    relationships: { 'state-versions': linkToAll('state-versions', apply.stateVersionIds) },
    links: { self: `/api/v2/applies/${apply.id}` },
  };
}

const counts = (phase: PhaseRecord): Record<string, number | null> => ({
  'resource-additions': phase.counts?.additions ?? null,
  'resource-changes': phase.counts?.changes ?? null,
  'resource-destructions': phase.counts?.destructions ?? null,
});

const common = (phase: PhaseRecord, call: Call, deps: PhaseDocumentDeps): Record<string, unknown> => ({
  'log-read-url': call.origin + deps.urls.sign('read-log', phase.id),
  status: phase.status,
  'status-timestamps': phase.statusTimestamps,
  'structured-run-output-enabled': phase.structured,
});
