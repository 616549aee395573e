import type { TokenRecord } from '../account/user-records.ts';
import type { Store } from '../store/store.ts';
import type { TeamRecord } from './team-records.ts';

/** Takes a team away, with what it may in workspaces and its token. */
export function removeTeam({ store }: { store: Store }, team: TeamRecord): void {
  store.transaction(() => {
    for (const grant of store.teamAccesses.select({ scope: team.id })) store.teamAccesses.delete(grant.id);
    revokeTeamTokens({ store }, team);
    store.teams.delete(team.id);
  });
}

export function revokeTeamTokens({ store }: { store: Store }, team: TeamRecord): void {
  for (const token of tokensOf({ store }, team)) store.tokens.delete(token.id);
}

export const tokensOf = ({ store }: { store: Store }, team: TeamRecord): TokenRecord[] =>
  store.tokens.select({ conditions: [{ sql: "body->>'$.teamId' = ?", values: [team.id] }] });
