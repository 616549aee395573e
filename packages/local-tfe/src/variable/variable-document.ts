import { linkTo } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { VariableRecord } from './variable-record.ts';

/** A sensitive value goes in and never comes out. */
export const presentVariable = (variable: VariableRecord): Resource => ({
  id: variable.id,
  type: 'vars',
  attributes: {
    key: variable.key,
    value: variable.sensitive ? null : variable.value,
    description: variable.description,
    category: variable.category,
    hcl: variable.hcl,
    sensitive: variable.sensitive,
    'created-at': variable.createdAt,
    'version-id': variable.versionId,
  },
  relationships: { configurable: linkTo('workspaces', variable.workspaceId) },
  links: { self: `/api/v2/workspaces/${variable.workspaceId}/vars/${variable.id}` },
});
