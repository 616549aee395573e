import type { Resource } from './http/json-api.ts';
import { may } from './http/permissions.ts';
import type { Call } from './http/route.ts';
import type { ChecksDocumentDeps } from './check/check-documents.ts';
import type { PhaseDocumentDeps } from './plan-and-apply/phase-document.ts';
import type { RunDocumentDeps } from './run/run-document.ts';
import type { StateVersionDocumentDeps } from './state/state-version-document.ts';
import type { WorkspaceDocumentDeps } from './workspace/workspace-document.ts';
import type { Store } from './store/store.ts';
import type { Processing } from './control/processing.ts';
import type { Views } from './control/views.ts';
import type { PolicyCheckRecord, TaskStageRecord } from './check/check-records.ts';
import type { ConfigurationVersionRecord } from './configuration-version/configuration-version-record.ts';
import type { OrganizationRecord } from './organization/organization-records.ts';
import type { ProjectRecord } from './project/project-record.ts';
import type { RunRecord } from './run/run-record.ts';
import type { StateVersionRecord } from './state/state-version-records.ts';
import type { WorkspaceRecord } from './workspace/workspace-record.ts';
import type { TeamRecord } from './team/team-records.ts';
import {
  presentCostEstimate,
  presentPolicyCheck,
  presentTaskResult,
  presentTaskStage,
} from './check/check-documents.ts';
import { presentComment, presentRunEvent } from './comment/comment-document.ts';
import { presentConfigurationVersion } from './configuration-version/configuration-version-document.ts';
import { presentOrganization, presentUser } from './organization/organization-document.ts';
import { presentApply, presentPlan } from './plan-and-apply/phase-document.ts';
import { presentProject } from './project/project-document.ts';
import { ofVersion } from './run/run-conditions.ts';
import { presentRun } from './run/run-document.ts';
import { presentOutput, presentStateVersion, presentWorkspaceOutput } from './state/state-version-document.ts';
import { presentEffectiveTagBindings, presentTagBindings } from './tag-binding/tag-binding.ts';
import { presentWorkspace } from './workspace/workspace-document.ts';

export interface IncludeDocumentDeps
  extends ChecksDocumentDeps, PhaseDocumentDeps, RunDocumentDeps, StateVersionDocumentDeps, WorkspaceDocumentDeps {
  store: Store;
  processing: Processing;
  views: Views;
}

interface Included {
  runs: RunRecord;
  workspaces: WorkspaceRecord;
  'configuration-versions': ConfigurationVersionRecord;
  'state-versions': StateVersionRecord;
  'policy-checks': PolicyCheckRecord;
  'task-stages': TaskStageRecord;
  organizations: OrganizationRecord;
  projects: ProjectRecord;
  teams: TeamRecord;
}

type SideLoad<T> = (record: T, call: Call, deps: IncludeDocumentDeps) => (Resource | undefined)[];
type Table = { [K in keyof Included]: Record<string, SideLoad<Included[K]>> };

const user = (id: string | null, deps: IncludeDocumentDeps): Resource[] => {
  const found = id === null ? undefined : deps.store.users.get(id);
  return found ? [presentUser(found)] : [];
};
const workspace = (id: string, call: Call, deps: IncludeDocumentDeps): Resource =>
  presentWorkspace(deps.store.workspaces.require(id), call.caller, deps);
const run = (id: string | null, call: Call, deps: IncludeDocumentDeps): Resource[] => {
  const found = id === null ? undefined : deps.views.run(id);
  return found ? [presentRun(found, call.caller, deps)] : [];
};

const currentConfiguration = (of: WorkspaceRecord, deps: IncludeDocumentDeps): Resource[] =>
  of.currentConfigurationVersionId === null
    ? []
    : [presentConfigurationVersion(deps.store.configurationVersions.require(of.currentConfigurationVersionId))];
const withConfiguration = (runId: string | null, call: Call, deps: IncludeDocumentDeps): Resource[] => {
  const found = runId === null ? undefined : deps.store.runs.get(runId);
  if (!found) return [];
  const version = deps.store.configurationVersions.require(found.configurationVersionId);
  return [...run(runId, call, deps), presentConfigurationVersion(version)];
};

/** What `include=` side-loads, relation by relation. */
const SIDE_LOADS: Table = {
  runs: {
    plan: (of, call, deps) => [presentPlan(deps.store.plans.require(of.planId), call, deps)],
    apply: (of, call, deps) => [presentApply(deps.store.applies.require(of.applyId), call, deps)],
    workspace: (of, call, deps) => [workspace(of.workspaceId, call, deps)],
    configuration_version: (of, _call, deps) => [
      presentConfigurationVersion(deps.store.configurationVersions.require(of.configurationVersionId)),
    ],
    'configuration_version.ingress_attributes': (of, _call, deps) => [
      presentConfigurationVersion(deps.store.configurationVersions.require(of.configurationVersionId)),
    ],
    created_by: (of, _call, deps) => user(of.createdBy, deps),
    confirmed_by: (of, _call, deps) => user(of.confirmedBy, deps),
    canceled_by: (of, _call, deps) => user(of.canceledBy, deps),
    comments: (of, _call, deps) => deps.store.comments.select({ scope: of.id }).map(presentComment),
    run_events: (of, _call, deps) =>
      deps.store.runEvents.select({ scope: of.id, order: 'oldest' }).map(presentRunEvent),
    cost_estimate: (of, _call, deps) =>
      of.costEstimateId === null ? [] : [presentCostEstimate(deps.store.costEstimates.require(of.costEstimateId))],
    policy_checks: (of, call, deps) =>
      deps.store.policyChecks
        .select({ scope: of.id, order: 'oldest' })
        .map((check) => presentPolicyCheck(check, call, deps)),
    tf_policy_evaluations: () => [],
    task_stages: (of, call, deps) =>
      deps.store.taskStages
        .select({ scope: of.id, order: 'oldest' })
        .map((stage) => presentTaskStage(stage, call, deps)),
  },
  workspaces: {
    organization: (of, call, deps) => [
      presentOrganization(deps.store.organizations.require(of.organization), call.caller, undefined),
    ],
    project: (of, _call, deps) => [presentProject(deps.store.projects.require(of.projectId), deps)],
    current_run: (of, call, deps) => run(of.currentRunId, call, deps),
    'current_run.plan': (of, call, deps) => {
      const found = of.currentRunId === null ? undefined : deps.store.runs.get(of.currentRunId);
      return found
        ? [...run(found.id, call, deps), presentPlan(deps.store.plans.require(found.planId), call, deps)]
        : [];
    },
    'current_run.configuration_version': (of, call, deps) => withConfiguration(of.currentRunId, call, deps),
    'current_run.configuration_version.ingress_attributes': (of, call, deps) =>
      withConfiguration(of.currentRunId, call, deps),
    effective_tag_bindings: (of, _call, deps) => presentEffectiveTagBindings(of, deps),
    latest_run: (of, call, deps) => run(of.latestRunId, call, deps),
    locked_by: (of, call, deps) =>
      of.lockedBy?.type === 'runs' ? run(of.lockedBy.id, call, deps) : user(of.lockedBy?.id ?? null, deps),
    current_configuration_version: (of, _call, deps) => currentConfiguration(of, deps),
    'current_configuration_version.ingress_attributes': (of, _call, deps) => currentConfiguration(of, deps),
    current_state_version: (of, call, deps) =>
      of.currentStateVersionId === null || !may(call.caller, 'read-state', of.id)
        ? []
        : [presentStateVersion(deps.store.stateVersions.require(of.currentStateVersionId), call, deps)],
    outputs: (of, call, deps) =>
      of.currentStateVersionId === null || !may(call.caller, 'read-outputs', of.id)
        ? []
        : deps.processing
            .shown(deps.store.stateVersions.require(of.currentStateVersionId))
            .outputs.map(presentWorkspaceOutput),
    readme: () => [],
    agent_pool: () => [],
  },
  'configuration-versions': {
    ingress_attributes: () => [],
    run: (of, call, deps) =>
      deps.store.runs
        .select({
          scope: of.workspaceId,
          conditions: [ofVersion(of.id)],
        })
        .map((found) => presentRun(found, call.caller, deps)),
  },
  'state-versions': {
    created_by: (of, _call, deps) => user(of.createdBy, deps),
    run: (of, call, deps) => run(of.runId, call, deps),
    'run.created_by': (of, call, deps) => run(of.runId, call, deps),
    'run.configuration_version': (of, call, deps) => run(of.runId, call, deps),
    outputs: (of, _call, deps) => deps.processing.shown(of).outputs.map((output) => presentOutput(output, 'hidden')),
  },
  'policy-checks': {
    run: (of, call, deps) => run(of.runId, call, deps),
    'run.workspace': (of, call, deps) => [
      ...run(of.runId, call, deps),
      workspace(deps.store.runs.require(of.runId).workspaceId, call, deps),
    ],
  },
  'task-stages': {
    run: (of, call, deps) => run(of.runId, call, deps),
    task_results: (of) => [presentTaskResult(of)],
    policy_evaluations: () => [],
  },
  organizations: {
    default_project: (of, _call, deps) => {
      const found = deps.store.projects.first({ scope: of.id, order: 'oldest' });
      return found ? [presentProject(found, deps)] : [];
    },
  },
  projects: { effective_tag_bindings: (of) => presentTagBindings(of, 'effective-tag-bindings') },
  // Teams have no members here: their token acts for them.
  teams: { users: () => [], organization_memberships: () => [] },
};

/** What `include` may name where such a resource is read. */
export const relationsOf = (type: keyof Included): readonly string[] => Object.keys(SIDE_LOADS[type]);

/** What the request asks to side-load, each resource once; `undefined` when it asks for nothing. Refuses unknown relations. */
export function includedIn<K extends keyof Included>(
  type: K,
  records: readonly Included[K][],
  call: Call,
  deps: IncludeDocumentDeps,
): Resource[] | undefined {
  const table: Record<string, SideLoad<Included[K]>> = SIDE_LOADS[type];
  const asked = call.query.include(relationsOf(type));
  if (asked.length === 0) return undefined;
  const found = new Map<string, Resource>();
  for (const record of records) {
    for (const name of asked) {
      for (const resource of table[name]?.(record, call, deps) ?? []) {
        if (resource) found.set(`${resource.type} ${resource.id}`, resource);
      }
    }
  }
  return [...found.values()];
}
