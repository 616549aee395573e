import { linkTo } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { TeamAccessRecord, TeamRecord } from './team-records.ts';

export const presentTeam = (team: TeamRecord): Resource => ({
  id: team.id,
  type: 'teams',
  attributes: {
    name: team.name,
    visibility: team.visibility,
    'users-count': 0,
    'sso-team-id': null,
    'allow-member-token-management': true,
    ...team.settings,
    'organization-access': {
      'manage-workspaces': team.manageWorkspaces,
      'read-workspaces': team.readWorkspaces,
      ...team.organizationAccess,
    },
    permissions: { 'can-destroy': true, 'can-update-membership': true },
  },
  relationships: { organization: linkTo('organizations', team.organization), users: { data: [] } },
  links: { self: `/api/v2/teams/${team.id}` },
});

export const presentTeamAccess = (grant: TeamAccessRecord): Resource => ({
  id: grant.id,
  type: 'team-workspaces',
  attributes: {
    access: grant.level,
    runs: grant.reach.access === 'admin' ? 'apply' : grant.reach.access,
    variables: grant.reach.variables,
    'state-versions': grant.reach.stateVersions,
    'sentinel-mocks': grant.reach.sentinelMocks,
    'workspace-locking': grant.reach.locking,
    'run-tasks': grant.reach.runTasks,
    'policy-overrides': grant.reach.policyOverrides,
  },
  relationships: { team: linkTo('teams', grant.teamId), workspace: linkTo('workspaces', grant.workspaceId) },
  links: { self: `/api/v2/team-workspaces/${grant.id}` },
});
