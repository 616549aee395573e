import { z } from 'zod';
import { accepted, conflict, created, notFound, ok, redirect } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demand, runOf, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { REDIRECT_LIFETIME_MS } from '../archivist/signed-url.ts';
import { sourceOf } from '../http/terraform-cli.ts';
import { newId } from '../ids.ts';
import { presentConfigurationVersion } from './configuration-version-document.ts';
import { includedIn, relationsOf } from '../include.ts';
import { ofVersion } from '../run/run-conditions.ts';
import { NON_FINAL_STATUSES } from '../run/run-statuses.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { UrlSigner } from '../archivist/signed-url.ts';
import type { Access } from '../account/user-records.ts';
import type { ConfigurationVersionRecord } from './configuration-version-record.ts';

export interface ConfigurationVersionsRouteDeps extends PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  blobs: Blobs;
  timestamp: () => string;
  urls: UrlSigner;
}

const Create = z.object({
  'auto-queue-runs': z.boolean().default(true),
  speculative: z.boolean().default(false),
  provisional: z.boolean().default(false),
});

function versionOf(
  call: Call,
  deps: ConfigurationVersionsRouteDeps,
  access: Access = 'read',
): ConfigurationVersionRecord {
  const version = deps.store.configurationVersions.get(call.params['configuration_version_id'] ?? '');
  if (!version) throw notFound();
  demand(call.caller, access, version.workspaceId);
  return version;
}

function versionOfRun(call: Call, deps: ConfigurationVersionsRouteDeps): ConfigurationVersionRecord {
  return deps.store.configurationVersions.require(runOf(call, deps).configurationVersionId);
}

function create(call: Call, deps: ConfigurationVersionsRouteDeps): Answer {
  const workspace = workspaceOf(call, deps, 'plan');
  const { attributes } = readResource(call.body, { type: 'configuration-versions', attributes: Create });
  const version = deps.store.configurationVersions.insert({
    id: newId('cv'),
    workspaceId: workspace.id,
    status: 'pending',
    autoQueueRuns: attributes['auto-queue-runs'],
    speculative: attributes.speculative,
    provisional: attributes.provisional,
    source: sourceOf(call.headers),
    error: null,
    errorMessage: null,
    createdAt: deps.timestamp(),
    createdBy: call.caller.user.id,
    statusTimestamps: {},
  });
  const uploadUrl = call.origin + deps.urls.sign('upload-configuration', version.id);
  return created({ data: presentConfigurationVersion(version, uploadUrl) });
}

function list(call: Call, deps: ConfigurationVersionsRouteDeps): Answer {
  const workspace = workspaceOf(call, deps);
  const page = call.query.page();
  const versions = deps.store.configurationVersions.select({ scope: workspace.id, ...offsetOf(page) });
  const included = includedIn('configuration-versions', versions, call, deps);
  const items = versions.map((version) => presentConfigurationVersion(version));
  const total = deps.store.configurationVersions.count({ scope: workspace.id });
  return ok(pageOf({ items, total }, page, { call, ...(included && { included }) }));
}

function show(version: ConfigurationVersionRecord, call: Call, deps: ConfigurationVersionsRouteDeps): Answer {
  const included = includedIn('configuration-versions', [version], call, deps);
  return ok({ data: presentConfigurationVersion(version), ...(included && { included }) });
}

function download(version: ConfigurationVersionRecord, call: Call, deps: ConfigurationVersionsRouteDeps): Answer {
  if (version.status !== 'uploaded') throw notFound();
  return redirect(302, call.origin + deps.urls.sign('read-archive', version.id, REDIRECT_LIFETIME_MS));
}

function archive(call: Call, deps: ConfigurationVersionsRouteDeps): Answer {
  const version = versionOf(call, deps, 'apply');
  const workspace = deps.store.workspaces.require(version.workspaceId);
  if (version.status !== 'uploaded') throw conflict('Configuration version could not be archived.');
  if (workspace.currentConfigurationVersionId === version.id) {
    throw conflict('Configuration version could not be archived because it is current.', 'transition not allowed');
  }
  // Also of other workspaces.
  if (deps.store.runs.first({ statuses: NON_FINAL_STATUSES, conditions: [ofVersion(version.id)] }))
    throw conflict('Configuration version could not be archived because there are runs in progress.');
  const at = deps.timestamp();
  deps.store.configurationVersions.update(version.id, {
    status: 'archived',
    statusTimestamps: { ...version.statusTimestamps, 'archived-at': at },
  });
  deps.blobs.remove('archive', version.id);
  return accepted();
}

const ONE = '/configuration-versions/:configuration_version_id';
const OF_WORKSPACE = '/workspaces/:workspace_id/configuration-versions';
const OF_RUN = '/runs/:run_id/configuration-version';

export const configurationVersionRoutes: readonly Route<ConfigurationVersionsRouteDeps>[] = [
  {
    method: 'GET',
    path: OF_WORKSPACE,
    summary: 'List configuration versions',
    door: 'api',
    include: relationsOf('configuration-versions'),
    handle: list,
  },
  {
    method: 'POST',
    path: OF_WORKSPACE,
    summary: 'Create a configuration version; the only answer with its upload-url',
    door: 'api',
    body: 'resource',
    handle: create,
  },
  {
    method: 'GET',
    path: ONE,
    summary: 'Read a configuration version',
    door: 'api',
    include: relationsOf('configuration-versions'),
    handle: (call, deps) => show(versionOf(call, deps), call, deps),
  },
  {
    method: 'GET',
    path: `${ONE}/download`,
    summary: 'Download the uploaded archive',
    door: 'api',
    handle: (call, deps) => download(versionOf(call, deps), call, deps),
  },
  {
    method: 'POST',
    path: `${ONE}/actions/archive`,
    summary: 'Archive a configuration version',
    door: 'api',
    body: 'plain',
    handle: archive,
  },
  {
    method: 'GET',
    path: OF_RUN,
    summary: 'Read the configuration version of a run',
    door: 'api',
    include: relationsOf('configuration-versions'),
    handle: (call, deps) => show(versionOfRun(call, deps), call, deps),
  },
  {
    method: 'GET',
    path: `${OF_RUN}/download`,
    summary: 'Download the archive of a run',
    door: 'api',
    handle: (call, deps) => download(versionOfRun(call, deps), call, deps),
  },
];
