import { z } from 'zod';
import { finalizeState } from './receive-state.ts';
import { conflict, created, notFound, ok, redirect, unavailable } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource, optionalRelationTo } from '../http/json-api.ts';
import { demand, organizationOf, workspaceOf } from '../http/permissions.ts';
import type { Need } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { includedIn, relationsOf } from '../include.ts';
import { presentOutput, presentStateVersion } from './state-version-document.ts';
import type { ReceiveStateDeps } from './receive-state.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { Processing } from '../control/processing.ts';
import type { StateVersionRecord } from './state-version-records.ts';

export interface StateVersionsRouteDeps extends ReceiveStateDeps, PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  timestamp: () => string;
  urls: UrlSigner;
  processing: Processing;
}

const Create = z.object({
  serial: z.number().int().nonnegative(),
  md5: z.string().min(1),
  lineage: z.string().nullish(),
  state: z.string().nullish(),
  'json-state': z.string().nullish(),
  'json-state-outputs': z.string().nullish(),
  force: z.boolean().nullish(),
});
const Relationships = z.object({ run: optionalRelationTo('runs') });

function versionOf(call: Call, deps: StateVersionsRouteDeps, need: Need = 'read-state'): StateVersionRecord {
  const version = deps.store.stateVersions.get(call.params['state_version_id'] ?? '');
  if (!version) throw notFound();
  demand(call.caller, need, version.workspaceId);
  return version;
}

function currentOf(call: Call, deps: StateVersionsRouteDeps, need: Need = 'read-state'): StateVersionRecord {
  const id = workspaceOf(call, deps, need).currentStateVersionId;
  if (id === null) throw notFound();
  return deps.store.stateVersions.require(id);
}

function show(version: StateVersionRecord, call: Call, deps: StateVersionsRouteDeps): Answer {
  const included = includedIn('state-versions', [version], call, deps);
  return ok({ data: presentStateVersion(version, call, deps), ...(included && { included }) });
}

function create(call: Call, deps: StateVersionsRouteDeps): Answer {
  const workspace = workspaceOf(call, deps, 'write-state');
  const { attributes, relationships } = readResource(call.body, {
    type: 'state-versions',
    attributes: Create,
    relationships: Relationships,
  });
  if (workspace.lockedBy?.id !== call.caller.user.id) {
    throw conflict('Workspace must be locked by you to create a state version.');
  }
  const current = workspace.currentStateVersionId;
  const known = current === null ? undefined : deps.store.stateVersions.require(current);
  if (known && !attributes.force && known.serial >= attributes.serial && known.md5 !== attributes.md5) {
    throw conflict('The serial of the state is not newer than the current one.');
  }
  const lineage = attributes.lineage ?? '';
  if (known && !attributes.force && lineage !== '' && known.lineage !== lineage) {
    throw conflict('The lineage of the state is not the current one.');
  }
  const bytes = attributes.state ? Buffer.from(attributes.state, 'base64') : undefined;
  const version = deps.store.transaction(() => {
    const pending = deps.store.stateVersions.insert({
      id: newId('sv'),
      workspaceId: workspace.id,
      runId: relationships.run?.data?.id ?? null,
      createdBy: call.caller.user.id,
      createdAt: deps.timestamp(),
      serial: attributes.serial,
      lineage,
      md5: attributes.md5,
      size: bytes?.length ?? 0,
      terraformVersion: '',
      status: 'pending',
      resourcesProcessed: false,
      intermediate: false,
      outputs: [],
      resources: [],
    });
    return bytes ? finalizeState(deps, pending, bytes) : pending;
  });
  return created({ data: presentStateVersion(version, call, deps) });
}

function list(call: Call, deps: StateVersionsRouteDeps): Answer {
  const organization = call.query.text('filter[organization][name]');
  const name = call.query.text('filter[workspace][name]');
  const found = { ...call, params: { organization_name: organization ?? '' } };
  const workspace = deps.store.workspaces.first({ scope: organizationOf(found, deps).id, name: name ?? '' });
  if (!workspace) throw notFound();
  demand(call.caller, 'read-state', workspace.id);
  const page = call.query.page();
  const selection = { scope: workspace.id, status: call.query.text('filter[status]') ?? 'finalized' };
  const versions = deps.store.stateVersions.select({ ...selection, ...offsetOf(page) });
  const items = versions.map((version) => presentStateVersion(version, call, deps));
  const included = includedIn('state-versions', versions, call, deps);
  const total = deps.store.stateVersions.count(selection);
  return ok(pageOf({ items, total }, page, { call, ...(included && { included }) }));
}

function outputs(kept: StateVersionRecord, call: Call, deps: StateVersionsRouteDeps): Answer {
  const version = deps.processing.shown(kept);
  const page = call.query.page();
  const { limit, offset } = offsetOf(page);
  const items = version.outputs.slice(offset, offset + limit).map((output) => presentOutput(output, 'hidden'));
  return ok(pageOf({ items, total: version.outputs.length }, page, { call }));
}

function currentOutputs(call: Call, deps: StateVersionsRouteDeps): Answer {
  const version = deps.processing.shown(currentOf(call, deps, 'read-outputs'));
  if (!version.resourcesProcessed) throw unavailable('The state is still being processed.');
  return ok({ data: version.outputs.map((output) => presentOutput(output, 'hidden')) });
}

/** The one place where a sensitive value is read in clear: by who may read the state, which holds it too. */
function output(call: Call, deps: StateVersionsRouteDeps): Answer {
  const found = deps.store.stateOutputs.get(call.params['output_id'] ?? '');
  const version = found && deps.store.stateVersions.get(found.stateVersionId);
  const one = version?.outputs.find(({ id }) => id === found?.id);
  if (!one) throw notFound();
  demand(call.caller, one.sensitive ? 'read-state' : 'read-outputs', found?.workspaceId);
  return ok({ data: presentOutput(one, 'shown') });
}

const get = (
  path: string,
  summary: string,
  handle: Route<StateVersionsRouteDeps>['handle'],
  include: readonly string[] = [],
): Route<StateVersionsRouteDeps> => ({
  method: 'GET',
  path,
  summary,
  door: 'api',
  include,
  handle,
});
const RELATIONS = relationsOf('state-versions');
const OF_WORKSPACE = '/workspaces/:workspace_id';

export const stateVersionRoutes: readonly Route<StateVersionsRouteDeps>[] = [
  get('/state-versions', 'List the state versions of a workspace', list, RELATIONS),
  get(
    '/state-versions/:state_version_id',
    'Read a state version',
    (call, deps) => show(versionOf(call, deps), call, deps),
    RELATIONS,
  ),
  get('/state-versions/:state_version_id/download', 'Download a state', (call, deps) =>
    redirect(302, call.origin + deps.urls.sign('read-state', versionOf(call, deps).id)),
  ),
  get('/state-versions/:state_version_id/outputs', 'List the outputs of a state version', (call, deps) =>
    outputs(versionOf(call, deps, 'read-outputs'), call, deps),
  ),
  get('/state-version-outputs/:output_id', 'Read one output, also a sensitive one', output),
  get(
    `${OF_WORKSPACE}/current-state-version`,
    'Read the current state version',
    (call, deps) => show(currentOf(call, deps), call, deps),
    RELATIONS,
  ),
  get(`${OF_WORKSPACE}/current-state-version-outputs`, 'List the current outputs', currentOutputs),
  {
    method: 'POST',
    path: `${OF_WORKSPACE}/state-versions`,
    summary: 'Create a state version, with its state or with URLs to upload it to',
    door: 'api',
    body: 'resource',
    handle: create,
  },
];
