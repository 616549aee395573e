import { randomBytes } from 'node:crypto';
import { created, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { linkTo } from '../http/json-api.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import { revokeTeamTokens, tokensOf } from '../store/remove-team.ts';
import type { TeamRecord } from '../store/team-records.ts';
import { grantToken } from '../store/users.ts';
import { teamOf } from './teams.ts';

const PATH = '/teams/:team_id/authentication-token';

const present = (team: TeamRecord, shown: { id: string; createdAt: string }, token: string | null): Resource => ({
  id: shown.id,
  type: 'authentication-tokens',
  attributes: {
    'created-at': shown.createdAt,
    'last-used-at': null,
    description: null,
    token,
    'expired-at': null,
  },
  relationships: { team: linkTo('teams', team.id) },
});

/** The token is told once; an older one of the team ends. */
function create(call: Call, services: Services): Answer {
  const team = teamOf(call, services);
  const token = `${randomBytes(10).toString('hex')}.atlasv1.${randomBytes(32).toString('hex')}`;
  const shownAs = { id: newId('at'), createdAt: services.timestamp() };
  services.store.transaction(() => {
    revokeTeamTokens(services, team);
    grantToken(services.store, token, { username: `api-${team.id}`, access: 'none', teamId: team.id, shownAs });
  });
  return created({ data: present(team, shownAs, token) });
}

function read(call: Call, services: Services): Answer {
  const team = teamOf(call, services);
  const shownAs = tokensOf(services, team)[0]?.shownAs;
  if (!shownAs) throw notFound();
  return ok({ data: present(team, shownAs, null) });
}

export const teamTokenRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: PATH,
    summary: 'Make a team token; the only answer with it',
    door: 'api',
    body: 'plain',
    handle: create,
  },
  { method: 'GET', path: PATH, summary: 'Read when the team token was made', door: 'api', handle: read },
  {
    method: 'DELETE',
    path: PATH,
    summary: 'Revoke the team token',
    door: 'api',
    handle(call, services) {
      revokeTeamTokens(services, teamOf(call, services));
      return noContent();
    },
  },
];
