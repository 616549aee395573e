import type { Resource } from '../http/json-api.ts';
import { may } from '../http/permissions.ts';
import type { Call } from '../http/route.ts';
import type { Services } from '../services.ts';
import type { PolicyCheckRecord, TaskStageRecord } from '../store/check-records.ts';
import type {
  ConfigurationVersionRecord,
  OrganizationRecord,
  ProjectRecord,
  RunRecord,
  StateVersionRecord,
  WorkspaceRecord,
} from '../store/records.ts';
import type { TeamRecord } from '../store/team-records.ts';
import { presentCostEstimate, presentPolicyCheck, presentTaskResult, presentTaskStage } from './checks.ts';
import { presentComment, presentRunEvent } from './comment.ts';
import { presentConfigurationVersion } from './configuration-version.ts';
import { presentOrganization, presentUser } from './organization.ts';
import { presentApply, presentPlan } from './phase.ts';
import { presentProject } from './project.ts';
import { presentRun } from './run.ts';
import { presentOutput, presentStateVersion, presentWorkspaceOutput } from './state-version.ts';
import { presentEffectiveTagBindings, presentTagBindings } from './tag-binding.ts';
import { presentWorkspace } from './workspace.ts';

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

type SideLoad<T> = (record: T, call: Call, services: Services) => (Resource | undefined)[];
type Table = { [K in keyof Included]: Record<string, SideLoad<Included[K]>> };

const user = (id: string | null, services: Services): Resource[] => {
  const found = id === null ? undefined : services.store.users.get(id);
  return found ? [presentUser(found)] : [];
};
const workspace = (id: string, call: Call, services: Services): Resource =>
  presentWorkspace(services.store.workspaces.require(id), call.caller, services);
const run = (id: string | null, call: Call, services: Services): Resource[] => {
  const found = id === null ? undefined : services.views.run(id);
  return found ? [presentRun(found, call.caller, services)] : [];
};

const currentConfiguration = (of: WorkspaceRecord, services: Services): Resource[] =>
  of.currentConfigurationVersionId === null
    ? []
    : [presentConfigurationVersion(services.store.configurationVersions.require(of.currentConfigurationVersionId))];
const withConfiguration = (runId: string | null, call: Call, services: Services): Resource[] => {
  const found = runId === null ? undefined : services.store.runs.get(runId);
  if (!found) return [];
  const version = services.store.configurationVersions.require(found.configurationVersionId);
  return [...run(runId, call, services), presentConfigurationVersion(version)];
};

/** What `include=` side-loads, relation by relation. */
const SIDE_LOADS: Table = {
  runs: {
    plan: (of, call, services) => [presentPlan(services.store.plans.require(of.planId), call, services)],
    apply: (of, call, services) => [presentApply(services.store.applies.require(of.applyId), call, services)],
    workspace: (of, call, services) => [workspace(of.workspaceId, call, services)],
    configuration_version: (of, _call, services) => [
      presentConfigurationVersion(services.store.configurationVersions.require(of.configurationVersionId)),
    ],
    'configuration_version.ingress_attributes': (of, _call, services) => [
      presentConfigurationVersion(services.store.configurationVersions.require(of.configurationVersionId)),
    ],
    created_by: (of, _call, services) => user(of.createdBy, services),
    confirmed_by: (of, _call, services) => user(of.confirmedBy, services),
    canceled_by: (of, _call, services) => user(of.canceledBy, services),
    comments: (of, _call, services) => services.store.comments.select({ scope: of.id }).map(presentComment),
    run_events: (of, _call, services) =>
      services.store.runEvents.select({ scope: of.id, order: 'oldest' }).map(presentRunEvent),
    cost_estimate: (of, _call, services) =>
      of.costEstimateId === null ? [] : [presentCostEstimate(services.store.costEstimates.require(of.costEstimateId))],
    policy_checks: (of, call, services) =>
      services.store.policyChecks
        .select({ scope: of.id, order: 'oldest' })
        .map((check) => presentPolicyCheck(check, call, services)),
    tf_policy_evaluations: () => [],
    task_stages: (of, call, services) =>
      services.store.taskStages
        .select({ scope: of.id, order: 'oldest' })
        .map((stage) => presentTaskStage(stage, call, services)),
  },
  workspaces: {
    organization: (of, call, services) => [
      presentOrganization(services.store.organizations.require(of.organization), call.caller, undefined),
    ],
    project: (of, _call, services) => [presentProject(services.store.projects.require(of.projectId), services)],
    current_run: (of, call, services) => run(of.currentRunId, call, services),
    'current_run.plan': (of, call, services) => {
      const found = of.currentRunId === null ? undefined : services.store.runs.get(of.currentRunId);
      return found
        ? [...run(found.id, call, services), presentPlan(services.store.plans.require(found.planId), call, services)]
        : [];
    },
    'current_run.configuration_version': (of, call, services) => withConfiguration(of.currentRunId, call, services),
    'current_run.configuration_version.ingress_attributes': (of, call, services) =>
      withConfiguration(of.currentRunId, call, services),
    effective_tag_bindings: (of, _call, services) => presentEffectiveTagBindings(of, services),
    latest_run: (of, call, services) => run(of.latestRunId, call, services),
    locked_by: (of, call, services) =>
      of.lockedBy?.type === 'runs' ? run(of.lockedBy.id, call, services) : user(of.lockedBy?.id ?? null, services),
    current_configuration_version: (of, _call, services) => currentConfiguration(of, services),
    'current_configuration_version.ingress_attributes': (of, _call, services) => currentConfiguration(of, services),
    current_state_version: (of, call, services) =>
      of.currentStateVersionId === null || !may(call.caller, 'read-state', of.id)
        ? []
        : [presentStateVersion(services.store.stateVersions.require(of.currentStateVersionId), call, services)],
    outputs: (of, call, services) =>
      of.currentStateVersionId === null || !may(call.caller, 'read-outputs', of.id)
        ? []
        : services.processing
            .shown(services.store.stateVersions.require(of.currentStateVersionId))
            .outputs.map(presentWorkspaceOutput),
    readme: () => [],
    agent_pool: () => [],
  },
  'configuration-versions': {
    ingress_attributes: () => [],
    run: (of, call, services) =>
      services.store.runs
        .select({
          scope: of.workspaceId,
          conditions: [{ sql: "body->>'$.configurationVersionId' = ?", values: [of.id] }],
        })
        .map((found) => presentRun(found, call.caller, services)),
  },
  'state-versions': {
    created_by: (of, _call, services) => user(of.createdBy, services),
    run: (of, call, services) => run(of.runId, call, services),
    'run.created_by': (of, call, services) => run(of.runId, call, services),
    'run.configuration_version': (of, call, services) => run(of.runId, call, services),
    outputs: (of, _call, services) =>
      services.processing.shown(of).outputs.map((output) => presentOutput(output, 'hidden')),
  },
  'policy-checks': {
    run: (of, call, services) => run(of.runId, call, services),
    'run.workspace': (of, call, services) => [
      ...run(of.runId, call, services),
      workspace(services.store.runs.require(of.runId).workspaceId, call, services),
    ],
  },
  'task-stages': {
    run: (of, call, services) => run(of.runId, call, services),
    task_results: (of) => [presentTaskResult(of)],
    policy_evaluations: () => [],
  },
  organizations: {
    default_project: (of, _call, services) => {
      const found = services.store.projects.first({ scope: of.id, order: 'oldest' });
      return found ? [presentProject(found, services)] : [];
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
  services: Services,
): Resource[] | undefined {
  const table: Record<string, SideLoad<Included[K]>> = SIDE_LOADS[type];
  const asked = call.query.include(relationsOf(type));
  if (asked.length === 0) return undefined;
  const found = new Map<string, Resource>();
  for (const record of records) {
    for (const name of asked) {
      for (const resource of table[name]?.(record, call, services) ?? []) {
        if (resource) found.set(`${resource.type} ${resource.id}`, resource);
      }
    }
  }
  return [...found.values()];
}
