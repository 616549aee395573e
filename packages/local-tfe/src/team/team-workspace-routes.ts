import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource, relationTo } from '../http/json-api.ts';
import { demand } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentTeamAccess } from './team-document.ts';
import type { Store } from '../store/store.ts';
import { LEAST_CUSTOM, REACHES } from './reach.ts';
import type { Reach } from './reach.ts';
import type { Access } from '../account/user-records.ts';
import type { TeamAccessRecord } from './team-records.ts';

export interface TeamWorkspacesRouteDeps {
  store: Store;
}

const Custom = z.object({
  runs: z.enum(['read', 'plan', 'apply']).optional(),
  variables: z.enum(['none', 'read', 'write']).optional(),
  'state-versions': z.enum(['none', 'read-outputs', 'read', 'write']).optional(),
  'sentinel-mocks': z.enum(['none', 'read']).optional(),
  'workspace-locking': z.boolean().optional(),
  'run-tasks': z.boolean().optional(),
  'policy-overrides': z.boolean().optional(),
});
const Attributes = Custom.extend({ access: z.enum(['read', 'plan', 'write', 'admin', 'custom']) });
const Update = Attributes.partial({ access: true });
const Relationships = z.object({ team: relationTo('teams'), workspace: relationTo('workspaces') });

type Level = TeamAccessRecord['level'];

const ACCESS: Record<Exclude<Level, 'custom'>, Access> = {
  read: 'read',
  plan: 'plan',
  write: 'apply',
  admin: 'admin',
};

/** The reach of a level; single permissions are only for `custom`, where each that is not named stays as it was. */
function granted(
  level: Level,
  custom: z.infer<typeof Custom>,
  before: Reach,
): Pick<TeamAccessRecord, 'level' | 'reach'> {
  if (level !== 'custom') {
    refuseCustom(level, custom);
    return { level, reach: REACHES[ACCESS[level]] };
  }
  // What an administrator may besides is not one of the permissions.
  const access = before.access === 'admin' ? 'apply' : before.access;
  const reach = {
    access: custom.runs ?? access,
    variables: custom.variables ?? before.variables,
    stateVersions: custom['state-versions'] ?? before.stateVersions,
    sentinelMocks: custom['sentinel-mocks'] ?? before.sentinelMocks,
    locking: custom['workspace-locking'] ?? before.locking,
    runTasks: custom['run-tasks'] ?? before.runTasks,
    policyOverrides: custom['policy-overrides'] ?? before.policyOverrides,
  };
  return { level, reach };
}

function refuseCustom(level: Level, custom: z.infer<typeof Custom>): void {
  const name = (Object.keys(Custom.shape) as (keyof typeof custom)[]).find((key) => custom[key] !== undefined);
  if (name === undefined) return;
  const word = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
  throw invalid(
    `${word} is read-only when access level is '${level}'; use the 'custom' access level to set this attribute.`,
    `/data/attributes/${name}`,
  );
}

function grantOf(call: Call, deps: TeamWorkspacesRouteDeps): TeamAccessRecord {
  const grant = deps.store.teamAccesses.get(call.params['team_workspace_id'] ?? '');
  if (!grant) throw notFound();
  demand(call.caller, 'admin', grant.workspaceId);
  return grant;
}

function create(call: Call, deps: TeamWorkspacesRouteDeps): Answer {
  const { attributes, relationships } = readResource(call.body, {
    type: 'team-workspaces',
    attributes: Attributes,
    relationships: Relationships,
  });
  const team = deps.store.teams.get(relationships.team.data.id);
  const workspace = deps.store.workspaces.get(relationships.workspace.data.id);
  if (!team || !workspace || team.organization !== workspace.organization) throw notFound();
  demand(call.caller, 'admin', workspace.id);
  if (deps.store.teamAccesses.first({ scope: team.id, name: workspace.id })) {
    throw invalid('Team has already been added to the workspace', '/data/relationships/team');
  }
  const grant = deps.store.teamAccesses.insert({
    id: newId('tws'),
    teamId: team.id,
    workspaceId: workspace.id,
    ...granted(attributes.access, attributes, LEAST_CUSTOM),
  });
  return created({ data: presentTeamAccess(grant) });
}

function list(call: Call, deps: TeamWorkspacesRouteDeps): Answer {
  const workspaceId = call.query.text('filter[workspace][id]') ?? '';
  if (!deps.store.workspaces.get(workspaceId)) throw notFound();
  demand(call.caller, 'read', workspaceId);
  const page = call.query.page();
  const grants = deps.store.teamAccesses.select({ name: workspaceId, ...offsetOf(page) });
  const total = deps.store.teamAccesses.count({ name: workspaceId });
  return ok(pageOf({ items: grants.map(presentTeamAccess), total }, page, { call }));
}

const ONE = '/team-workspaces/:team_workspace_id';

export const teamWorkspaceRoutes: readonly Route<TeamWorkspacesRouteDeps>[] = [
  { method: 'GET', path: '/team-workspaces', summary: 'List who may what in a workspace', door: 'api', handle: list },
  {
    method: 'POST',
    path: '/team-workspaces',
    summary: 'Let a team into a workspace',
    door: 'api',
    body: 'resource',
    handle: create,
  },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read what a team may in a workspace',
    door: 'api',
    handle: (call, deps) => ok({ data: presentTeamAccess(grantOf(call, deps)) }),
  },
  {
    method: 'PATCH',
    path: ONE,
    summary: 'Change what a team may in a workspace',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const grant = grantOf(call, deps);
      const { attributes } = readResource(call.body, { type: 'team-workspaces', attributes: Update });
      const change = granted(attributes.access ?? grant.level, attributes, grant.reach);
      return ok({ data: presentTeamAccess(deps.store.teamAccesses.update(grant.id, change)) });
    },
  },
  {
    method: 'DELETE',
    path: ONE,
    summary: 'Take a team out of a workspace',
    door: 'api',
    handle(call, deps) {
      deps.store.teamAccesses.delete(grantOf(call, deps).id);
      return noContent();
    },
  },
];
