import { mayInOrganization } from '../http/permissions.ts';
import type { Resource } from '../http/json-api.ts';
import { linkTo } from '../http/json-api.ts';
import type { Caller } from '../http/route.ts';
import type { OrganizationRecord } from './organization-records.ts';
import type { UserRecord } from '../account/user-records.ts';

export function presentOrganization(
  organization: OrganizationRecord,
  caller: Caller,
  defaultProjectId: string | undefined,
): Resource {
  const admin = mayInOrganization(caller, 'admin', organization.id);
  const manage = mayInOrganization(caller, 'manage-workspaces', organization.id);
  return {
    id: organization.id,
    type: 'organizations',
    attributes: {
      ...organization.attributes,
      name: organization.id,
      'external-id': organization.externalId,
      email: organization.email,
      'created-at': organization.createdAt,
      'saml-enabled': false,
      'two-factor-conformant': true,
      permissions: {
        'can-update': admin,
        'can-destroy': admin,
        'can-access-via-teams': true,
        'can-create-module': admin,
        'can-create-team': admin,
        'can-create-workspace': manage,
        'can-create-project': admin,
        'can-manage-users': admin,
        'can-manage-subscription': false,
        'can-manage-sso': false,
        'can-update-oauth': admin,
        'can-update-sentinel': admin,
        'can-update-ssh-keys': admin,
        'can-update-api-token': admin,
        'can-traverse': true,
        'can-start-trial': false,
        'can-update-agent-pools': false,
        'can-manage-tags': admin,
        'can-manage-run-tasks': admin,
        'can-read-run-tasks': true,
      },
    },
    relationships: { 'default-project': linkTo('projects', defaultProjectId) },
    links: { self: `/api/v2/organizations/${organization.id}` },
  };
}

/** What this server can do, in the words of a licence: no agents, no VCS, no registry. */
export function presentEntitlements(organization: OrganizationRecord): Resource {
  return {
    id: organization.externalId,
    type: 'entitlement-sets',
    attributes: {
      agents: false,
      'audit-logging': false,
      'configuration-designer': false,
      'cost-estimation': true,
      'global-run-tasks': false,
      'module-tests-generation': false,
      operations: true,
      'policy-enforcement': true,
      'policy-limit': null,
      'policy-mandatory-enforcement-limit': null,
      'policy-set-limit': null,
      'private-module-registry': false,
      'private-policy-agents': false,
      'private-vcs': false,
      'run-task-limit': null,
      'run-task-mandatory-enforcement-limit': null,
      'run-task-workspace-limit': null,
      'run-tasks': true,
      'self-serve-billing': false,
      sentinel: true,
      sso: false,
      'state-storage': true,
      teams: true,
      'usage-reporting': false,
      'user-limit': null,
      'vcs-integrations': false,
      'versioned-policy-set-limit': null,
    },
    links: { self: `/api/v2/entitlement-sets/${organization.externalId}` },
  };
}

export function presentUser(user: UserRecord): Resource {
  return {
    id: user.id,
    type: 'users',
    attributes: {
      username: user.username,
      email: user.email,
      'is-service-account': false,
      'auth-method': 'tfc',
      'avatar-url': null,
      'v2-only': true,
      'two-factor': { enabled: false, verified: false },
      permissions: { 'can-create-organizations': true, 'can-change-email': false, 'can-change-username': false },
    },
    links: { self: `/api/v2/users/${user.id}` },
  };
}
