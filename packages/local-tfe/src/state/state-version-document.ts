import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { Call } from '../http/route.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { Processing } from '../control/processing.ts';
import type { StateOutput, StateVersionRecord } from './state-version-records.ts';

export interface StateVersionDocumentDeps {
  urls: UrlSigner;
  processing: Processing;
}

export function presentStateVersion(kept: StateVersionRecord, call: Call, deps: StateVersionDocumentDeps): Resource {
  const version = deps.processing.shown(kept);
  const finalized = version.status === 'finalized';
  return {
    id: version.id,
    type: 'state-versions',
    attributes: {
      'billable-rum-count': version.resources.reduce((sum, resource) => sum + resource.count, 0),
      'created-at': version.createdAt,
      size: version.size,
      'hosted-state-download-url': finalized ? call.origin + deps.urls.sign('read-state', version.id) : null,
      'hosted-json-state-download-url': finalized ? call.origin + deps.urls.sign('read-state-json', version.id) : null,
      'hosted-state-upload-url': finalized ? null : call.origin + deps.urls.sign('upload-state', version.id),
      'hosted-json-state-upload-url': finalized ? null : call.origin + deps.urls.sign('upload-state-json', version.id),
      intermediate: version.intermediate,
      'resources-processed': version.resourcesProcessed,
      resources: version.resources,
      modules: {},
      providers: {},
      serial: version.serial,
      'state-version': 4,
      status: version.status,
      'terraform-version': version.terraformVersion,
      'vcs-commit-sha': null,
      'vcs-commit-url': null,
    },
    relationships: {
      run: linkTo('runs', version.runId),
      'created-by': linkTo('users', version.createdBy),
      workspace: linkTo('workspaces', version.workspaceId),
      outputs: linkToAll(
        'state-version-outputs',
        version.outputs.map(({ id }) => id),
      ),
    },
    links: { self: `/api/v2/state-versions/${version.id}` },
  };
}

/** A sensitive value is shown in clear only where TFE does: the output read by its id. */
export function presentOutput(output: StateOutput, sensitive: 'hidden' | 'shown'): Resource {
  return {
    id: output.id,
    type: 'state-version-outputs',
    attributes: {
      name: output.name,
      sensitive: output.sensitive,
      type: typeName(output.type),
      'detailed-type': output.type,
      value: output.sensitive && sensitive === 'hidden' ? null : output.value,
    },
    links: { self: `/api/v2/state-version-outputs/${output.id}` },
  };
}

/** The same output where a workspace is asked for its outputs: of another type, and with another name for its own. */
export const presentWorkspaceOutput = ({ id, name, sensitive, type, value }: StateOutput): Resource => ({
  id,
  type: 'workspace-outputs',
  attributes: { name, sensitive, 'output-type': typeName(type), value: sensitive ? null : value },
});

function typeName(type: unknown): string {
  if (typeof type === 'string') return type;
  const [kind] = Array.isArray(type) ? (type as unknown[]) : [];
  return kind === 'object' || kind === 'map' ? 'object' : 'array';
}
