import type { Store } from './store.ts';
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
  const tokens = store.tokens.select({ conditions: [{ sql: "body->>'$.teamId' = ?", values: [team.id] }] });
  for (const token of tokens) store.tokens.delete(token.id);
}
