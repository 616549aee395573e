import type { Store } from '../store/store.ts';
import type { TokenRecord } from '../account/user-records.ts';
import { hashToken } from '../account/users.ts';
import { unauthorized } from './answer.ts';
import type { Caller } from './route.ts';

export interface AuthenticateDeps {
  store: Store;
}

/** Who sends this `Authorization` header; 401 for nobody we know. */
export function authenticate(deps: AuthenticateDeps, header: string | undefined): Caller {
  const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
  const record = token === undefined ? undefined : deps.store.tokens.get(hashToken(token));
  if (!record) throw unauthorized();
  const user = deps.store.users.require(record.userId);
  return { user, tokenId: record.id, ...reachOf(deps, record) };
}

/** A team's token reaches as far as the team does now, not as far as when it was made. */
function reachOf(deps: AuthenticateDeps, { access, teamId }: TokenRecord): Pick<Caller, 'access' | 'team'> {
  if (teamId === undefined) return { access };
  const team = deps.store.teams.get(teamId);
  if (!team) throw unauthorized();
  const grants = deps.store.teamAccesses.select({ scope: teamId });
  return {
    access: 'none',
    team: {
      organization: team.organization,
      access: team.manageWorkspaces ? 'admin' : team.readWorkspaces ? 'read' : 'none',
      workspaces: new Map(grants.map(({ workspaceId, reach }) => [workspaceId, reach])),
      owns: (id) => deps.store.workspaces.get(id)?.organization === team.organization,
    },
  };
}
