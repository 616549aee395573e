import { z } from 'zod';
import { badRequest, created, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import { demandInOrganization, organizationOf, workspaceOf } from '../http/permissions.ts';
import type { OrganizationNeed } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentWorkspace } from '../workspace/workspace-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { WorkspaceDocumentDeps } from '../workspace/workspace-document.ts';
import type { Store } from '../store/store.ts';
import { removeSshKey } from './remove-ssh-key.ts';
import type { SshKeyRecord } from './ssh-key-record.ts';

export interface SshKeysRouteDeps extends PermissionsDeps, WorkspaceDocumentDeps {
  store: Store;
  timestamp: () => string;
}

const Name = z.string().min(1, "can't be blank");
const Create = z.object({ name: Name, value: z.string().min(1, "can't be blank") });
const Update = z.object({ name: Name.optional() });
const Assignment = z.object({
  data: z.object({
    type: z.literal('workspaces').optional(),
    attributes: z.object({ id: z.string().min(1).nullable() }),
  }),
});

const present = ({ id, name }: SshKeyRecord): Resource => ({
  id,
  type: 'ssh-keys',
  attributes: { name },
  links: { self: `/api/v2/ssh-keys/${id}` },
});

function keyOf(call: Call, deps: SshKeysRouteDeps, need: OrganizationNeed): SshKeyRecord {
  const key = deps.store.sshKeys.get(call.params['ssh_key_id'] ?? '');
  if (!key) throw notFound();
  demandInOrganization(call.caller, need, key.organization);
  return key;
}

function list(call: Call, deps: SshKeysRouteDeps): Answer {
  const selection = { scope: organizationOf(call, deps, 'manage-workspaces').id };
  const page = call.query.page();
  const keys = deps.store.sshKeys.select({ ...selection, order: 'oldest', ...offsetOf(page) });
  return ok(pageOf({ items: keys.map(present), total: deps.store.sshKeys.count(selection) }, page, { call }));
}

function create(call: Call, deps: SshKeysRouteDeps): Answer {
  const organization = organizationOf(call, deps, 'admin');
  const { attributes } = readResource(call.body, { type: 'ssh-keys', attributes: Create });
  const key = deps.store.sshKeys.insert({
    id: newId('sshkey'),
    organization: organization.id,
    name: attributes.name,
  });
  return created({ data: present(key) });
}

function update(call: Call, deps: SshKeysRouteDeps): Answer {
  const key = keyOf(call, deps, 'admin');
  const { attributes } = readResource(call.body, { type: 'ssh-keys', attributes: Update });
  return ok({ data: present(deps.store.sshKeys.update(key.id, { name: attributes.name ?? key.name })) });
}

/** Assigns a key of the workspace's organization, or takes it away: `{"attributes":{"id":null}}`. */
function assign(call: Call, deps: SshKeysRouteDeps): Answer {
  const workspace = workspaceOf(call, deps, 'admin');
  const parsed = Assignment.safeParse(call.body);
  if (!parsed.success) throw badRequest('The request body must name an SSH key, or null, as data.attributes.id.');
  const { id } = parsed.data.data.attributes;
  if (id !== null && deps.store.sshKeys.get(id)?.organization !== workspace.organization) throw notFound();
  const updated = deps.store.workspaces.update(workspace.id, { sshKeyId: id, updatedAt: deps.timestamp() });
  return ok({ data: presentWorkspace(updated, call.caller, deps) });
}

const OF_ORGANIZATION = '/organizations/:organization_name/ssh-keys';
const ONE = '/ssh-keys/:ssh_key_id';

export const sshKeyRoutes: readonly Route<SshKeysRouteDeps>[] = [
  { method: 'GET', path: OF_ORGANIZATION, summary: 'List SSH keys', door: 'api', handle: list },
  {
    method: 'POST',
    path: OF_ORGANIZATION,
    summary: 'Create an SSH key; only its name is kept',
    door: 'api',
    body: 'resource',
    handle: create,
  },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read the name of an SSH key',
    door: 'api',
    handle: (call, deps) => ok({ data: present(keyOf(call, deps, 'manage-workspaces')) }),
  },
  { method: 'PATCH', path: ONE, summary: 'Rename an SSH key', door: 'api', body: 'resource', handle: update },
  {
    method: 'DELETE',
    path: ONE,
    summary: 'Delete an SSH key, also from its workspaces',
    door: 'api',
    handle(call, deps) {
      removeSshKey(deps, keyOf(call, deps, 'admin'));
      return noContent();
    },
  },
  {
    method: 'PATCH',
    path: '/workspaces/:workspace_id/relationships/ssh-key',
    summary: 'Assign an SSH key to a workspace, or none',
    door: 'api',
    body: 'resource',
    handle: assign,
  },
];
