import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import { linkTo, linkToAll, readResource } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import { demandInOrganization, organizationOf } from '../http/permissions.ts';
import type { OrganizationNeed } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentOrganization, presentUser } from './organization-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import { oneOf } from '../store/collection.ts';
import type { Condition } from '../store/collection.ts';
import type { MembershipRecord } from './organization-records.ts';
import { ensureUser } from '../account/users.ts';

export interface MembershipsRouteDeps extends PermissionsDeps {
  store: Store;
  timestamp: () => string;
}

const Create = z.object({ email: z.string().min(3) });

const present = (membership: MembershipRecord, deps: MembershipsRouteDeps): Resource => ({
  id: membership.id,
  type: 'organization-memberships',
  attributes: {
    status: membership.status,
    email: deps.store.users.require(membership.userId).email,
    'created-at': membership.createdAt,
  },
  relationships: {
    organization: linkTo('organizations', membership.organization),
    user: linkTo('users', membership.userId),
    teams: linkToAll('teams', []),
  },
  links: { self: `/api/v2/organization-memberships/${membership.id}` },
});

function membershipOf(call: Call, deps: MembershipsRouteDeps, need: OrganizationNeed): MembershipRecord {
  const membership = deps.store.memberships.get(call.params['membership_id'] ?? '');
  if (!membership) throw notFound();
  demandInOrganization(call.caller, need, membership.organization);
  return membership;
}

const RELATIONS = ['user', 'organization', 'teams'];

function included(
  memberships: readonly MembershipRecord[],
  call: Call,
  deps: MembershipsRouteDeps,
): { included?: Resource[] } {
  const asked = call.query.include(RELATIONS);
  if (asked.length === 0) return {};
  // Teams have no members here.
  const users = asked.includes('user') ? memberships.map(({ userId }) => deps.store.users.require(userId)) : [];
  const organizations = asked.includes('organization') ? [...new Set(memberships.map((one) => one.organization))] : [];
  return {
    included: [
      ...users.map(presentUser),
      ...organizations.map((id) => presentOrganization(deps.store.organizations.require(id), call.caller, undefined)),
    ],
  };
}

const USER = (attribute: 'email' | 'username'): string =>
  `(SELECT users.body->>'$.${attribute}' FROM users WHERE users.id = memberships.name)`;

function matching({ query }: Call): Condition[] {
  const conditions: Condition[] = [];
  const emails = query.list('filter[email]');
  if (emails) conditions.push(oneOf(USER('email'), emails));
  const status = query.text('filter[status]');
  if (status !== undefined) conditions.push({ sql: "body->>'$.status' = ?", values: [status] });
  const search = query.text('q');
  if (search !== undefined) {
    const sql = `instr(lower(${USER('email')}), lower(?)) OR instr(lower(${USER('username')}), lower(?))`;
    conditions.push({ sql, values: [search, search] });
  }
  return conditions;
}

const OF_ORGANIZATION = '/organizations/:organization_name/organization-memberships';

export const membershipRoutes: readonly Route<MembershipsRouteDeps>[] = [
  {
    method: 'GET',
    path: OF_ORGANIZATION,
    summary: 'List the members of an organization',
    door: 'api',
    include: RELATIONS,
    handle(call, deps) {
      const organization = organizationOf(call, deps);
      const page = call.query.page();
      const selection = { scope: organization.id, conditions: matching(call) };
      const memberships = deps.store.memberships.select({ ...selection, ...offsetOf(page) });
      const items = memberships.map((membership) => present(membership, deps));
      const total = deps.store.memberships.count(selection);
      return ok(pageOf({ items, total }, page, { call, ...included(memberships, call, deps) }));
    },
  },
  {
    method: 'POST',
    path: OF_ORGANIZATION,
    summary: 'Invite somebody',
    door: 'api',
    include: RELATIONS,
    body: 'resource',
    handle(call, deps) {
      const organization = organizationOf(call, deps, 'admin');
      const { attributes } = readResource(call.body, { type: 'organization-memberships', attributes: Create });
      const membership = deps.store.transaction(() => {
        const user = ensureUser(deps.store, attributes.email.split('@')[0] || attributes.email);
        deps.store.users.update(user.id, { email: attributes.email });
        if (deps.store.memberships.first({ scope: organization.id, name: user.id })) {
          throw invalid('Email has already been invited', '/data/attributes/email');
        }
        return deps.store.memberships.insert({
          id: newId('ou'),
          organization: organization.id,
          userId: user.id,
          status: 'invited',
          createdAt: deps.timestamp(),
        });
      });
      return created({
        data: present(membership, deps),
        included: [presentUser(deps.store.users.require(membership.userId))],
      });
    },
  },
  {
    method: 'GET',
    path: '/organization-memberships/:membership_id',
    summary: 'Read a membership',
    door: 'api',
    include: RELATIONS,
    handle(call, deps) {
      const membership = membershipOf(call, deps, 'read');
      return ok({ data: present(membership, deps), ...included([membership], call, deps) });
    },
  },
  {
    method: 'DELETE',
    path: '/organization-memberships/:membership_id',
    summary: 'Remove a member',
    door: 'api',
    handle(call, deps) {
      deps.store.memberships.delete(membershipOf(call, deps, 'admin').id);
      return noContent();
    },
  },
];
