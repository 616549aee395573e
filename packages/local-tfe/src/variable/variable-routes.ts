import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { workspaceOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentVariable } from './variable-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import type { VariableRecord } from './variable-record.ts';

export interface VariablesRouteDeps extends PermissionsDeps {
  store: Store;
  timestamp: () => string;
}

// TFE's limit for a value.
const MAX_VALUE = 256 * 1024;

const Attributes = z.object({
  key: z.string().min(1, "can't be blank").max(255).regex(/^\S*$/, 'must not contain spaces'),
  value: z.string().max(MAX_VALUE).nullish(),
  description: z.string().max(512).nullish(),
  category: z.enum(['terraform', 'env']),
  hcl: z.boolean().nullish(),
  sensitive: z.boolean().nullish(),
});

const newVersion = (): string => randomBytes(32).toString('hex');

function variableOf(call: Call, deps: VariablesRouteDeps, need: Need = 'read-variables'): VariableRecord {
  const workspace = workspaceOf(call, deps, need);
  const variable = deps.store.variables.get(call.params['variable_id'] ?? '');
  if (!variable || variable.workspaceId !== workspace.id) throw notFound();
  return variable;
}

function list(call: Call, deps: VariablesRouteDeps): Answer {
  const workspace = workspaceOf(call, deps, 'read-variables');
  const variables = deps.store.variables.select({ scope: workspace.id, order: 'oldest' });
  return ok({ data: variables.map(presentVariable) });
}

function create(call: Call, deps: VariablesRouteDeps): Answer {
  const workspace = workspaceOf(call, deps, 'write-variables');
  const { attributes } = readResource(call.body, { type: 'vars', attributes: Attributes });
  refuseTakenKey(deps, workspace.id, attributes);
  const variable = deps.store.variables.insert({
    id: newId('var'),
    workspaceId: workspace.id,
    key: attributes.key,
    value: attributes.value ?? '',
    description: attributes.description ?? null,
    category: attributes.category,
    hcl: attributes.hcl ?? false,
    sensitive: attributes.sensitive ?? false,
    createdAt: deps.timestamp(),
    versionId: newVersion(),
  });
  return created({ data: presentVariable(variable) });
}

function refuseTakenKey(
  deps: VariablesRouteDeps,
  workspaceId: string,
  wanted: { key: string; category: string },
): void {
  const taken = deps.store.variables
    .select({ scope: workspaceId, name: wanted.key })
    .some((variable) => variable.category === wanted.category);
  if (taken) throw invalid('Key has already been taken', '/data/attributes/key');
}

function update(call: Call, deps: VariablesRouteDeps): Answer {
  const variable = variableOf(call, deps, 'write-variables');
  const { attributes } = readResource(call.body, { type: 'vars', attributes: Attributes.partial() });
  const key = attributes.key ?? variable.key;
  const category = attributes.category ?? variable.category;
  if (key !== variable.key || category !== variable.category) {
    refuseTakenKey(deps, variable.workspaceId, { key, category });
  }
  if (variable.sensitive && attributes.sensitive === false) {
    throw invalid('Sensitive variables cannot be made readable again', '/data/attributes/sensitive');
  }
  const updated = deps.store.variables.update(variable.id, {
    key,
    category,
    value: attributes.value ?? variable.value,
    description: attributes.description === undefined ? variable.description : attributes.description,
    hcl: attributes.hcl ?? variable.hcl,
    sensitive: attributes.sensitive ?? variable.sensitive,
    versionId: newVersion(),
  });
  return ok({ data: presentVariable(updated) });
}

const ALL = '/workspaces/:workspace_id/vars';
const ONE = `${ALL}/:variable_id`;

export const variableRoutes: readonly Route<VariablesRouteDeps>[] = [
  {
    method: 'GET',
    path: ALL,
    summary: 'List the variables of a workspace',
    door: 'api',
    handle: list,
  },
  {
    method: 'GET',
    path: '/workspaces/:workspace_id/all-vars',
    summary: 'List the variables of a workspace, also those of variable sets (there are none)',
    door: 'api',
    handle: list,
  },
  { method: 'POST', path: ALL, summary: 'Create a variable', door: 'api', body: 'resource', handle: create },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read a variable; a sensitive value is never returned',
    door: 'api',
    handle: (call, deps) => ok({ data: presentVariable(variableOf(call, deps)) }),
  },
  { method: 'PATCH', path: ONE, summary: 'Update a variable', door: 'api', body: 'resource', handle: update },
  {
    method: 'DELETE',
    path: ONE,
    summary: 'Delete a variable',
    door: 'api',
    handle(call, deps) {
      deps.store.variables.delete(variableOf(call, deps, 'write-variables').id);
      return noContent();
    },
  },
];
