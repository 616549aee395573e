import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demandInOrganization, organizationOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentTeam } from './team-document.ts';
import { includedIn, relationsOf } from '../include.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import { oneOf } from '../store/collection.ts';
import { removeTeam } from './remove-team.ts';
import type { TeamRecord } from './team-records.ts';

export interface TeamsRouteDeps extends PermissionsDeps, IncludeDocumentDeps {
  store: Store;
}

const Attributes = z.object({
  name: z.string().min(1, "can't be blank").max(90),
  visibility: z.enum(['secret', 'organization']).nullish(),
  'organization-access': z.record(z.string(), z.unknown()).nullish(),
  'allow-member-token-management': z.boolean().optional(),
  'sso-team-id': z.string().nullish(),
});

type Settings = Pick<z.infer<typeof Attributes>, 'allow-member-token-management' | 'sso-team-id'>;
const settingsIn = (attributes: Settings): NonNullable<TeamRecord['settings']> => {
  const { 'allow-member-token-management': tokens, 'sso-team-id': sso } = attributes;
  return {
    ...(tokens !== undefined && { 'allow-member-token-management': tokens }),
    ...(sso !== undefined && { 'sso-team-id': sso }),
  };
};

export function teamOf(call: Call, deps: TeamsRouteDeps): TeamRecord {
  const team = deps.store.teams.get(call.params['team_id'] ?? '');
  if (!team) throw notFound();
  demandInOrganization(call.caller, 'admin', team.organization);
  return team;
}

const permissionsIn = (access: Record<string, unknown>): Pick<TeamRecord, 'manageWorkspaces' | 'readWorkspaces'> => ({
  manageWorkspaces: access['manage-workspaces'] === true,
  readWorkspaces: access['read-workspaces'] === true,
});

function create(call: Call, deps: TeamsRouteDeps): Answer {
  const organization = organizationOf(call, deps, 'admin');
  const { attributes } = readResource(call.body, { type: 'teams', attributes: Attributes });
  if (deps.store.teams.first({ scope: organization.id, name: attributes.name })) {
    throw invalid('Name has already been taken', '/data/attributes/name');
  }
  const organizationAccess = attributes['organization-access'] ?? {};
  const team = deps.store.teams.insert({
    id: newId('team'),
    organization: organization.id,
    name: attributes.name,
    visibility: attributes.visibility ?? 'secret',
    settings: settingsIn(attributes),
    organizationAccess,
    ...permissionsIn(organizationAccess),
  });
  return created({ data: presentTeam(team) });
}

function update(call: Call, deps: TeamsRouteDeps): Answer {
  const team = teamOf(call, deps);
  const { attributes } = readResource(call.body, { type: 'teams', attributes: Attributes.partial() });
  const organizationAccess = { ...team.organizationAccess, ...attributes['organization-access'] };
  const updated = deps.store.teams.update(team.id, {
    name: attributes.name ?? team.name,
    visibility: attributes.visibility ?? team.visibility,
    settings: { ...team.settings, ...settingsIn(attributes) },
    organizationAccess,
    ...permissionsIn(organizationAccess),
  });
  return ok({ data: presentTeam(updated) });
}

function remove(call: Call, deps: TeamsRouteDeps): Answer {
  removeTeam(deps, teamOf(call, deps));
  return noContent();
}

const OF_ORGANIZATION = '/organizations/:organization_name/teams';
const ONE = '/teams/:team_id';

export const teamRoutes: readonly Route<TeamsRouteDeps>[] = [
  {
    method: 'GET',
    path: OF_ORGANIZATION,
    summary: 'List teams',
    door: 'api',
    include: relationsOf('teams'),
    handle(call, deps) {
      const organization = organizationOf(call, deps);
      const page = call.query.page();
      const names = call.query.list('filter[names]');
      const search = call.query.text('q');
      const selection = {
        scope: organization.id,
        conditions: [
          ...(names ? [oneOf('name', names)] : []),
          ...(search === undefined ? [] : [{ sql: 'instr(lower(name), lower(?))', values: [search] }]),
        ],
      };
      const teams = deps.store.teams.select({ ...selection, order: 'name', ...offsetOf(page) });
      const total = deps.store.teams.count(selection);
      const included = includedIn('teams', teams, call, deps);
      const items = teams.map(presentTeam);
      return ok(pageOf({ items, total }, page, { call, ...(included && { included }) }));
    },
  },
  { method: 'POST', path: OF_ORGANIZATION, summary: 'Create a team', door: 'api', body: 'resource', handle: create },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read a team',
    door: 'api',
    include: relationsOf('teams'),
    handle(call, deps) {
      const team = teamOf(call, deps);
      const included = includedIn('teams', [team], call, deps);
      return ok({ data: presentTeam(team), ...(included && { included }) });
    },
  },
  { method: 'PATCH', path: ONE, summary: 'Update a team', door: 'api', body: 'resource', handle: update },
  { method: 'DELETE', path: ONE, summary: 'Delete a team and its token', door: 'api', handle: remove },
];
