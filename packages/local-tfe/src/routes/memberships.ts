import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import { linkTo, linkToAll, readResource } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import { demandInOrganization, organizationOf } from '../http/permissions.ts';
import type { OrganizationNeed } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentOrganization, presentUser } from '../resources/organization.ts';
import type { Services } from '../services.ts';
import { oneOf } from '../store/collection.ts';
import type { Condition } from '../store/collection.ts';
import type { MembershipRecord } from '../store/records.ts';
import { ensureUser } from '../store/users.ts';

const Create = z.object({ email: z.string().min(3) });

const present = (membership: MembershipRecord, services: Services): Resource => ({
  id: membership.id,
  type: 'organization-memberships',
  attributes: {
    status: membership.status,
    email: services.store.users.require(membership.userId).email,
    'created-at': membership.createdAt,
  },
  relationships: {
    organization: linkTo('organizations', membership.organization),
    user: linkTo('users', membership.userId),
    teams: linkToAll('teams', []),
  },
  links: { self: `/api/v2/organization-memberships/${membership.id}` },
});

function membershipOf(call: Call, services: Services, need: OrganizationNeed): MembershipRecord {
  const membership = services.store.memberships.get(call.params['membership_id'] ?? '');
  if (!membership) throw notFound();
  demandInOrganization(call.caller, need, membership.organization);
  return membership;
}

const RELATIONS = ['user', 'organization', 'teams'];

function included(memberships: readonly MembershipRecord[], call: Call, services: Services): { included?: Resource[] } {
  const asked = call.query.include(RELATIONS);
  if (asked.length === 0) return {};
  // Teams have no members here.
  const users = asked.includes('user') ? memberships.map(({ userId }) => services.store.users.require(userId)) : [];
  const organizations = asked.includes('organization') ? [...new Set(memberships.map((one) => one.organization))] : [];
  return {
    included: [
      ...users.map(presentUser),
      ...organizations.map((id) =>
        presentOrganization(services.store.organizations.require(id), call.caller, undefined),
      ),
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

export const membershipRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: OF_ORGANIZATION,
    summary: 'List the members of an organization',
    door: 'api',
    include: RELATIONS,
    handle(call, services) {
      const organization = organizationOf(call, services);
      const page = call.query.page();
      const selection = { scope: organization.id, conditions: matching(call) };
      const memberships = services.store.memberships.select({ ...selection, ...offsetOf(page) });
      const items = memberships.map((membership) => present(membership, services));
      const total = services.store.memberships.count(selection);
      return ok(pageOf({ items, total }, page, { call, ...included(memberships, call, services) }));
    },
  },
  {
    method: 'POST',
    path: OF_ORGANIZATION,
    summary: 'Invite somebody',
    door: 'api',
    include: RELATIONS,
    body: 'resource',
    handle(call, services) {
      const organization = organizationOf(call, services, 'admin');
      const { attributes } = readResource(call.body, { type: 'organization-memberships', attributes: Create });
      const membership = services.store.transaction(() => {
        const user = ensureUser(services.store, attributes.email.split('@')[0] || attributes.email);
        services.store.users.update(user.id, { email: attributes.email });
        if (services.store.memberships.first({ scope: organization.id, name: user.id })) {
          throw invalid('Email has already been invited', '/data/attributes/email');
        }
        return services.store.memberships.insert({
          id: newId('ou'),
          organization: organization.id,
          userId: user.id,
          status: 'invited',
          createdAt: services.timestamp(),
        });
      });
      return created({
        data: present(membership, services),
        included: [presentUser(services.store.users.require(membership.userId))],
      });
    },
  },
  {
    method: 'GET',
    path: '/organization-memberships/:membership_id',
    summary: 'Read a membership',
    door: 'api',
    include: RELATIONS,
    handle(call, services) {
      const membership = membershipOf(call, services, 'read');
      return ok({ data: present(membership, services), ...included([membership], call, services) });
    },
  },
  {
    method: 'DELETE',
    path: '/organization-memberships/:membership_id',
    summary: 'Remove a member',
    door: 'api',
    handle(call, services) {
      services.store.memberships.delete(membershipOf(call, services, 'admin').id);
      return noContent();
    },
  },
];
