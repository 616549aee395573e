import { z } from 'zod';
import { createRun, DEFAULT_MESSAGE, plainRun, usableVersion } from './create-run.ts';
import { created, invalid, notFound, ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { optionalRelationTo, readResource, relationTo } from '../http/json-api.ts';
import { demand, may, runOf } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { printsLogsAsTheyAre, sourceOf } from '../http/terraform-cli.ts';
import { executionModeOf } from '../workspace/execution-mode.ts';
import { includedIn, relationsOf } from '../include.ts';
import { presentRun } from './run-document.ts';
import type { CreateRunDeps } from './create-run.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import type { RunRecord } from './run-record.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';

export interface RunsRouteDeps extends CreateRunDeps, PermissionsDeps, IncludeDocumentDeps {
  store: Store;
}

const Addresses = z.array(z.string().min(1)).nullish();
const Variable = z.object({ key: z.string().min(1).max(256), value: z.string() });

/** What TFE says of a run whose client said nothing. */
const MESSAGES = {
  'terraform+cloud': 'Triggered via CLI',
  terraform: 'Queued manually using Terraform',
  'tfe-api': DEFAULT_MESSAGE,
} as const;

/** Every option of `POST /runs`. */
const Create = z.object({
  message: z.string().nullish(),
  'auto-apply': z.boolean().nullish(),
  'is-destroy': z.boolean().nullish(),
  refresh: z.boolean().nullish(),
  'refresh-only': z.boolean().nullish(),
  'plan-only': z.boolean().nullish(),
  'save-plan': z.boolean().nullish(),
  'allow-empty-apply': z.boolean().nullish(),
  'allow-config-generation': z.boolean().nullish(),
  'debugging-mode': z.boolean().nullish(),
  'terraform-version': z.string().min(1).nullish(),
  'target-addrs': Addresses,
  'replace-addrs': Addresses,
  'invoke-action-addrs': Addresses.refine((addresses) => (addresses?.length ?? 0) <= 1, 'may name one action only'),
  'policy-paths': z.array(z.string()).nullish(),
  variables: z.array(Variable).nullish(),
  comment: z.string().nullish(),
});

const Relationships = z.object({
  workspace: relationTo('workspaces'),
  'configuration-version': optionalRelationTo('configuration-versions'),
});

function create(call: Call, deps: RunsRouteDeps): Answer {
  const { attributes, relationships } = readResource(call.body, {
    type: 'runs',
    attributes: Create,
    relationships: Relationships,
  });
  const workspace = deps.store.workspaces.get(relationships.workspace.data.id);
  if (!workspace) throw notFound();
  demand(call.caller, 'plan', workspace.id);
  if (executionModeOf(workspace, deps) === 'local') {
    throw invalid(
      'Runs cannot be created in a workspace with the execution mode local',
      '/data/relationships/workspace',
    );
  }
  const version = usableVersion(deps, workspace, relationships['configuration-version']?.data?.id);
  demand(call.caller, 'read', version.workspaceId);
  refuseContradictions(attributes, workspace);
  const planOnly = version.speculative || (attributes['plan-only'] ?? false);
  const base = plainRun(workspace, version);
  const source = sourceOf(call.headers);
  const run = createRun(
    deps,
    { workspace, version, ...(printsLogsAsTheyAre(call.headers) && { logs: 'text' }) },
    {
      ...base,
      message: attributes.message ?? MESSAGES[source],
      source,
      createdBy: call.caller.user.id,
      // The workspace's setting counts only for who may apply.
      autoApply: !planOnly && (attributes['auto-apply'] ?? base.autoApply) && may(call.caller, 'apply', workspace.id),
      isDestroy: attributes['is-destroy'] ?? false,
      refresh: attributes.refresh ?? true,
      refreshOnly: attributes['refresh-only'] ?? false,
      planOnly,
      savePlan: attributes['save-plan'] ?? false,
      allowEmptyApply: attributes['allow-empty-apply'] ?? false,
      allowConfigGeneration: attributes['allow-config-generation'] ?? false,
      debuggingMode: attributes['debugging-mode'] ?? false,
      targetAddrs: attributes['target-addrs'] ?? null,
      replaceAddrs: attributes['replace-addrs'] ?? null,
      invokeActionAddrs: attributes['invoke-action-addrs'] ?? null,
      policyPaths: attributes['policy-paths'] ?? null,
      variables: attributes.variables ?? [],
      terraformVersion: attributes['terraform-version'] ?? base.terraformVersion,
    },
  );
  return created(runDocument(run, call, deps));
}

function refuseContradictions(attributes: z.infer<typeof Create>, workspace: WorkspaceRecord): void {
  const at = (name: string): string => `/data/attributes/${name}`;
  if (attributes['is-destroy'] && attributes['refresh-only']) {
    throw invalid('Refresh only cannot be combined with is destroy', at('refresh-only'));
  }
  if (attributes['refresh-only'] && attributes.refresh === false) {
    throw invalid('Refresh only needs refresh', at('refresh-only'));
  }
  if (attributes['is-destroy'] && workspace.attributes['allow-destroy-plan'] === false) {
    throw invalid('Destroy plans are not allowed in this workspace', at('is-destroy'));
  }
  if (attributes['terraform-version'] && !attributes['plan-only']) {
    throw invalid('Terraform version can only be set for plan-only runs', at('terraform-version'));
  }
  for (const variable of attributes.variables ?? []) {
    if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(variable.key)) {
      throw invalid(`Variables ${variable.key} is not a valid variable name`, at('variables'));
    }
  }
}

export function runDocument(run: RunRecord, call: Call, deps: RunsRouteDeps) {
  const included = includedIn('runs', [run], call, deps);
  return { data: presentRun(run, call.caller, deps), ...(included && { included }) };
}

export const runRoutes: readonly Route<RunsRouteDeps>[] = [
  {
    method: 'POST',
    path: '/runs',
    summary: 'Create a run',
    door: 'api',
    body: 'resource',
    include: relationsOf('runs'),
    handle: create,
  },
  {
    method: 'GET',
    path: '/runs/:run_id',
    summary: 'Read a run',
    door: 'api',
    include: relationsOf('runs'),
    handle: (call, deps) => ok(runDocument(runOf(call, deps), call, deps)),
  },
];
