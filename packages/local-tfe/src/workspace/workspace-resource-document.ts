import { createHash } from 'node:crypto';
import type { Resource } from '../http/json-api.ts';
import type { StateFile } from '../state/save-state.ts';
import type { StateVersionRecord } from '../state/state-version-records.ts';

/** Every instance of a managed resource in a state, as a workspace lists its resources. */
export const presentResources = (state: StateFile, version: StateVersionRecord): Resource[] =>
  state.resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource) => resource.instances.map((instance) => present(resource, instance, version)));

type Entry = StateFile['resources'][number];

function present(resource: Entry, instance: unknown, version: StateVersionRecord): Resource {
  const { type, name, module, provider } = resource;
  const key = (instance as { index_key?: string | number } | null)?.index_key;
  const inModule = module === undefined ? '' : `${module}.`;
  const address = `${inModule}${type}.${name}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`;
  const day = version.createdAt.slice(0, 10);
  return {
    id: idOf(version.workspaceId, address),
    type: 'resources',
    attributes: {
      address,
      name,
      'created-at': day,
      'updated-at': day,
      module: module ?? 'root',
      provider: sourceOf(provider),
      'provider-type': type,
      'modified-by-state-version-id': version.id,
      'name-index': key === undefined ? null : String(key),
    },
  };
}

/** The same for as long as the resource has its address: nothing of it is stored. */
const idOf = (workspaceId: string, address: string): string =>
  `wsr-${createHash('sha256').update(`${workspaceId} ${address}`).digest('hex').slice(0, 16)}`;

/** `provider["registry.terraform.io/hashicorp/random"]` as TFE tells it: `hashicorp/random`. */
function sourceOf(provider: string): string {
  const source = /provider\["(.+)"\]/.exec(provider)?.[1] ?? provider;
  return source.replace(/^registry\.(terraform\.io|opentofu\.org)\//, '');
}
