import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource, relationTo } from '../http/json-api.ts';
import { demand } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentTeamAccess } from '../resources/team.ts';
import type { Services } from '../services.ts';
import type { Access } from '../store/records.ts';
import type { TeamAccessRecord } from '../store/team-records.ts';

const Level = z.enum(['read', 'plan', 'write', 'admin', 'custom']);
const Runs = z.enum(['read', 'plan', 'apply']);
// `custom` says more than runs; the rest follows from the runs here.
const Attributes = z.object({ access: Level, runs: Runs.nullish() });
const Relationships = z.object({ team: relationTo('teams'), workspace: relationTo('workspaces') });

const ACCESS: Record<Exclude<z.infer<typeof Level>, 'custom'>, Access> = {
  read: 'read',
  plan: 'plan',
  write: 'apply',
  admin: 'admin',
};

function reach(attributes: { access: z.infer<typeof Level>; runs?: z.infer<typeof Runs> | null | undefined }) {
  const access = attributes.access === 'custom' ? (attributes.runs ?? 'read') : ACCESS[attributes.access];
  return { level: attributes.access, access, runs: access === 'admin' ? 'apply' : access };
}

function grantOf(call: Call, services: Services): TeamAccessRecord {
  const grant = services.store.teamAccesses.get(call.params['team_workspace_id'] ?? '');
  if (!grant) throw notFound();
  demand(call.caller, 'admin', grant.workspaceId);
  return grant;
}

function create(call: Call, services: Services): Answer {
  const { attributes, relationships } = readResource(call.body, {
    type: 'team-workspaces',
    attributes: Attributes,
    relationships: Relationships,
  });
  const team = services.store.teams.get(relationships.team.data.id);
  const workspace = services.store.workspaces.get(relationships.workspace.data.id);
  if (!team || !workspace || team.organization !== workspace.organization) throw notFound();
  demand(call.caller, 'admin', workspace.id);
  if (services.store.teamAccesses.first({ scope: team.id, name: workspace.id })) {
    throw invalid('Team has already been added to the workspace', '/data/relationships/team');
  }
  const grant = services.store.teamAccesses.insert({
    id: newId('tws'),
    teamId: team.id,
    workspaceId: workspace.id,
    ...reach(attributes),
  });
  return created({ data: presentTeamAccess(grant) });
}

function list(call: Call, services: Services): Answer {
  const workspaceId = call.query.text('filter[workspace][id]') ?? '';
  if (!services.store.workspaces.get(workspaceId)) throw notFound();
  demand(call.caller, 'read', workspaceId);
  const page = call.query.page();
  const grants = services.store.teamAccesses.select({ name: workspaceId, ...offsetOf(page) });
  const total = services.store.teamAccesses.count({ name: workspaceId });
  return ok(pageOf({ items: grants.map(presentTeamAccess), total }, page, { path: call.path }));
}

const ONE = '/team-workspaces/:team_workspace_id';

export const teamWorkspaceRoutes: readonly Route[] = [
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
    handle: (call, services) => ok({ data: presentTeamAccess(grantOf(call, services)) }),
  },
  {
    method: 'PATCH',
    path: ONE,
    summary: 'Change what a team may in a workspace',
    door: 'api',
    body: 'resource',
    handle(call, services) {
      const grant = grantOf(call, services);
      const { attributes } = readResource(call.body, { type: 'team-workspaces', attributes: Attributes });
      return ok({ data: presentTeamAccess(services.store.teamAccesses.update(grant.id, reach(attributes))) });
    },
  },
  {
    method: 'DELETE',
    path: ONE,
    summary: 'Take a team out of a workspace',
    door: 'api',
    handle(call, services) {
      services.store.teamAccesses.delete(grantOf(call, services).id);
      return noContent();
    },
  },
];
