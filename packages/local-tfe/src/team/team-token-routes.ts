import { randomBytes } from 'node:crypto';
import { created, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Resource } from '../http/json-api.ts';
import { linkTo } from '../http/json-api.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import type { TeamsRouteDeps } from './team-routes.ts';
import type { Store } from '../store/store.ts';
import { revokeTeamTokens, tokensOf } from './remove-team.ts';
import type { TeamRecord } from './team-records.ts';
import { grantToken } from '../account/users.ts';
import { teamOf } from './team-routes.ts';

export interface TeamTokensRouteDeps extends TeamsRouteDeps {
  store: Store;
  timestamp: () => string;
}

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
function create(call: Call, deps: TeamTokensRouteDeps): Answer {
  const team = teamOf(call, deps);
  const token = `${randomBytes(10).toString('hex')}.atlasv1.${randomBytes(32).toString('hex')}`;
  const shownAs = { id: newId('at'), createdAt: deps.timestamp() };
  deps.store.transaction(() => {
    revokeTeamTokens(deps, team);
    grantToken(deps.store, token, { username: `api-${team.id}`, access: 'none', teamId: team.id, shownAs });
  });
  return created({ data: present(team, shownAs, token) });
}

function read(call: Call, deps: TeamTokensRouteDeps): Answer {
  const team = teamOf(call, deps);
  const shownAs = tokensOf(deps, team)[0]?.shownAs;
  if (!shownAs) throw notFound();
  return ok({ data: present(team, shownAs, null) });
}

export const teamTokenRoutes: readonly Route<TeamTokensRouteDeps>[] = [
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
    handle(call, deps) {
      revokeTeamTokens(deps, teamOf(call, deps));
      return noContent();
    },
  },
];
