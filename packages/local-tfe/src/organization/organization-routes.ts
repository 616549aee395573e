import { z } from 'zod';
import { removeWorkspace } from '../workspace/remove-workspace.ts';
import { removeTeam } from '../team/remove-team.ts';
import { created, invalid, noContent, ok } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demand, organizationOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentEntitlements, presentOrganization } from './organization-document.ts';
import { includedIn, relationsOf } from '../include.ts';
import type { RemoveWorkspaceDeps } from '../workspace/remove-workspace.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import { oneOf } from '../store/collection.ts';
import type { Condition } from '../store/collection.ts';
import type { OrganizationRecord } from './organization-records.ts';

export interface OrganizationsRouteDeps extends RemoveWorkspaceDeps, PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  timestamp: () => string;
}

const Settable = z.object({
  'aggregated-commit-status-enabled': z.boolean(),
  'allow-force-delete-workspaces': z.boolean(),
  'assessments-enforced': z.boolean(),
  'collaborator-auth-policy': z.enum(['password', 'two_factor_mandatory']),
  'cost-estimation-enabled': z.boolean(),
  'default-execution-mode': z.enum(['remote', 'local', 'agent']),
  'enforce-hyok': z.boolean(),
  'max-ttl-enabled': z.boolean(),
  'owners-team-saml-role-id': z.string().nullable(),
  'send-passing-statuses-for-untriggered-speculative-plans': z.boolean(),
  'session-remember': z.number().int().nullable(),
  'session-timeout': z.number().int().nullable(),
  'speculative-plan-management-enabled': z.boolean(),
  'stacks-enabled': z.boolean(),
  'user-tokens-enabled': z.boolean(),
});

const DEFAULTS: z.infer<typeof Settable> = {
  'aggregated-commit-status-enabled': true,
  'allow-force-delete-workspaces': true,
  'assessments-enforced': false,
  'collaborator-auth-policy': 'password',
  'cost-estimation-enabled': false,
  'default-execution-mode': 'remote',
  'enforce-hyok': false,
  'max-ttl-enabled': false,
  'owners-team-saml-role-id': null,
  'send-passing-statuses-for-untriggered-speculative-plans': false,
  'session-remember': null,
  'session-timeout': null,
  'speculative-plan-management-enabled': true,
  'stacks-enabled': false,
  'user-tokens-enabled': true,
};

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'may contain only letters, numbers, _ and -')
  .max(256);
const Create = Settable.partial().extend({ name: Name, email: z.string().min(1) });
const Update = Settable.partial().extend({ name: Name.optional(), email: z.string().min(1).optional() });

function document(organization: OrganizationRecord, call: Call, deps: OrganizationsRouteDeps) {
  const project = deps.store.projects.first({ scope: organization.id, order: 'oldest' });
  const included = includedIn('organizations', [organization], call, deps);
  return { data: presentOrganization(organization, call.caller, project?.id), ...(included && { included }) };
}

/** `q` looks into name and email, `q[name]` and `q[email]` into one of them. */
function matching({ query }: Call): Condition[] {
  const [NAME, EMAIL] = ['instr(lower(name), lower(?))', "instr(lower(body->>'$.email'), lower(?))"];
  const asked = { q: `${NAME} OR ${EMAIL}`, 'q[name]': NAME, 'q[email]': EMAIL };
  return Object.entries(asked).flatMap(([parameter, sql]) => {
    const text = query.text(parameter);
    return text === undefined ? [] : [{ sql, values: parameter === 'q' ? [text, text] : [text] }];
  });
}

export const organizationRoutes: readonly Route<OrganizationsRouteDeps>[] = [
  {
    method: 'GET',
    path: '/organizations',
    summary: 'List organizations',
    door: 'api',
    handle(call, deps) {
      const own = call.caller.team?.organization;
      if (own === undefined) demand(call.caller, 'read');
      const page = call.query.page();
      const conditions = [...matching(call), ...(own === undefined ? [] : [oneOf('id', [own])])];
      const organizations = deps.store.organizations.select({ conditions, order: 'name', ...offsetOf(page) });
      const items = organizations.map((organization) => document(organization, call, deps).data);
      return ok(pageOf({ items, total: deps.store.organizations.count({ conditions }) }, page, { call }));
    },
  },
  {
    method: 'POST',
    path: '/organizations',
    summary: 'Create an organization',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      demand(call.caller, 'admin');
      const { attributes } = readResource(call.body, { type: 'organizations', attributes: Create });
      const { name, email, ...rest } = attributes;
      if (deps.store.organizations.get(name)) throw invalid('Name has already been taken', '/data/attributes/name');
      const organization = deps.store.transaction(() => {
        const createdAt = deps.timestamp();
        deps.store.projects.insert({
          id: newId('prj'),
          organization: name,
          name: 'Default Project',
          description: null,
          createdAt,
        });
        return deps.store.organizations.insert({
          id: name,
          externalId: newId('org'),
          email,
          createdAt,
          attributes: { ...DEFAULTS, ...rest },
        });
      });
      return created(document(organization, call, deps));
    },
  },
  {
    method: 'GET',
    path: '/organizations/:organization_name',
    summary: 'Read an organization',
    door: 'api',
    include: relationsOf('organizations'),
    handle: (call, deps) => ok(document(organizationOf(call, deps), call, deps)),
  },
  {
    method: 'PATCH',
    path: '/organizations/:organization_name',
    summary: 'Update an organization',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const organization = organizationOf(call, deps, 'admin');
      const { attributes } = readResource(call.body, { type: 'organizations', attributes: Update });
      const { name, email, ...rest } = attributes;
      if (name !== undefined && name !== organization.id) {
        throw invalid('Name cannot be changed on this server', '/data/attributes/name');
      }
      const updated = deps.store.organizations.update(organization.id, {
        ...(email !== undefined && { email }),
        attributes: { ...organization.attributes, ...rest },
      });
      return ok(document(updated, call, deps));
    },
  },
  {
    method: 'DELETE',
    path: '/organizations/:organization_name',
    summary: 'Delete an organization',
    door: 'api',
    handle(call, deps) {
      const organization = organizationOf(call, deps, 'admin');
      deps.store.transaction(() => {
        for (const workspace of deps.store.workspaces.select({ scope: organization.id })) {
          removeWorkspace(deps, workspace);
        }
        for (const membership of deps.store.memberships.select({ scope: organization.id })) {
          deps.store.memberships.delete(membership.id);
        }
        for (const team of deps.store.teams.select({ scope: organization.id })) removeTeam(deps, team);
        for (const key of deps.store.sshKeys.select({ scope: organization.id })) deps.store.sshKeys.delete(key.id);
        for (const project of deps.store.projects.select({ scope: organization.id })) {
          deps.store.projects.delete(project.id);
        }
        deps.store.organizations.delete(organization.id);
      });
      return noContent();
    },
  },
  {
    method: 'GET',
    path: '/organizations/:organization_name/entitlement-set',
    summary: 'Show what the organization may use',
    door: 'api',
    handle: (call, deps) => ok({ data: presentEntitlements(organizationOf(call, deps)) }),
  },
];
