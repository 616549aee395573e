import type { RunMode, RunOptions } from '@runwright/client/contract';
import { runDocument, runPage } from './run-document.ts';
import type { Run } from './run-document.ts';
import type { Page } from '../http/json-api.ts';
import { onward, pagingQuery } from '../http/paging.ts';
import type { Paging } from '../http/paging.ts';
import { TfeError } from '../http/tfe-error.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export type { Run } from './run-document.ts';

/** What `POST /runs` takes, in the contract's words. Only given fields are sent. */
export interface CreateRun extends Partial<RunOptions> {
  workspaceId: string;
  /** If left out, TFE takes the workspace's latest one, which may be somebody else's. */
  configurationVersionId?: string | undefined;
  /** If left out, the workspace's setting counts. */
  autoApply?: boolean;
}

/** Filters of `GET /workspaces/:id/runs`. Compatible servers ignore some of them: check what comes back. */
export interface ListRuns extends Paging {
  workspaceId: string;
  /** E.g. ['plan_only']; plan-only runs are left out unless asked for. */
  operations?: readonly string[] | undefined;
  statuses?: readonly string[] | undefined;
  statusGroup?: 'non_final' | 'final' | 'discardable' | undefined;
  /** Matches the message, among others. */
  search?: string | undefined;
}

export interface ListOrganizationRuns extends Paging {
  organization: string;
  statusGroup?: ListRuns['statusGroup'];
}

export interface ReadRun extends CallOptions {
  /** Omitted if the server answers 400 to them, as TFE does to one that it does not know. */
  include?: readonly (
    'plan' | 'apply' | 'created_by' | 'cost_estimate' | 'configuration_version' | 'workspace' | 'task_stages'
  )[];
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run */
export const createRuns = (http: TfeHttp) => ({
  ...reading(http),

  /** `POST /runs`. Not safe to repeat: TFE has no idempotency keys. */
  create: (run: CreateRun, options?: CallOptions): Promise<Run> =>
    http.document(
      { operation: 'create run', method: 'post', path: ['runs'], document: createDocument(run) },
      runDocument,
      options,
    ),

  /** Newest first. Counts against TFE's 30 lists per minute. */
  list: (list: ListRuns, options?: CallOptions): Promise<Page<Run>> =>
    onward(
      list,
      http.document(
        {
          operation: 'list runs',
          path: ['workspaces', list.workspaceId, 'runs'],
          countedByTheMinute: true,
          query: {
            ...pagingQuery(list),
            'filter[operation]': list.operations?.join(','),
            'filter[status]': list.statuses?.join(','),
            'filter[status_group]': list.statusGroup,
            'search[basic]': list.search,
          },
        },
        runPage,
        options,
      ),
    ),

  /** The organization's runs of the last year, newest first. The same 30 lists per minute; no total count. */
  listOfOrganization: (list: ListOrganizationRuns, options?: CallOptions): Promise<Page<Run>> =>
    onward(
      list,
      http.document(
        {
          operation: 'list runs',
          path: ['organizations', list.organization, 'runs'],
          countedByTheMinute: true,
          query: { ...pagingQuery(list), 'filter[status_group]': list.statusGroup },
        },
        runPage,
        options,
      ),
    ),

  /** Queues the apply; the run may look as before for a while. `conflict` = not waiting for confirmation. */
  apply: (runId: string, { comment, ...options }: RunActionOptions = {}): Promise<void> =>
    http.act(action(runId, 'apply', 'apply run', comment), options),

  discard: (runId: string, { comment, ...options }: RunActionOptions = {}): Promise<void> =>
    http.act(action(runId, 'discard', 'discard run', comment), options),

  /** Asks terraform to stop; the run goes on until it does. Only where `actions.isCancelable`: some servers rewrite a final run. */
  cancel: (runId: string, { comment, ...options }: RunActionOptions = {}): Promise<void> =>
    http.act(action(runId, 'cancel', 'cancel run', comment), options),
});

function reading(http: TfeHttp) {
  const refused = new Set<string>(); // from then on we ask without these, so that a look stays one request

  return {
    read: async (runId: string, { include = [], ...options }: ReadRun = {}): Promise<Run> => {
      const wanted = include.join(',');
      const path = ['runs', runId];
      const plain = () => http.document({ operation: 'read run', path }, runDocument, options);
      if (wanted === '' || refused.has(wanted)) return await plain();
      try {
        return await http.document({ operation: 'read run', path, query: { include: wanted } }, runDocument, options);
      } catch (error) {
        if (!(error instanceof TfeError) || error.facts.status !== 400) throw error;
        const run = await plain();
        refused.add(wanted);
        return run;
      }
    },
  };
}

export interface RunActionOptions extends CallOptions {
  comment?: string | undefined;
}

const action = (
  runId: string,
  name: 'apply' | 'discard' | 'cancel',
  operation: string,
  comment: string | undefined,
) => ({
  operation,
  method: 'post' as const,
  path: ['runs', runId, 'actions', name],
  ...(comment !== undefined && { plain: { comment } }),
});

/** TFE's name of each option that it takes as it is: an option of the contract without a line here does not compile. */
const ATTRIBUTES = {
  message: 'message',
  targets: 'target-addrs',
  replace: 'replace-addrs',
  refresh: 'refresh',
  terraformVersion: 'terraform-version',
  savePlan: 'save-plan',
  allowEmptyApply: 'allow-empty-apply',
  allowConfigGeneration: 'allow-config-generation',
  debuggingMode: 'debugging-mode',
  invokeActions: 'invoke-action-addrs',
  policyPaths: 'policy-paths',
} satisfies Record<Exclude<keyof RunOptions, 'mode' | 'variables'>, string>;

const MODE_ATTRIBUTES: Record<RunMode, object> = {
  'plan-and-apply': { 'is-destroy': false, 'plan-only': false },
  'plan-only': { 'is-destroy': false, 'plan-only': true },
  destroy: { 'is-destroy': true, 'plan-only': false },
  'refresh-only': { 'is-destroy': false, 'plan-only': false, 'refresh-only': true },
};

function createDocument({ workspaceId, configurationVersionId, autoApply, ...options }: CreateRun) {
  const { mode, variables } = options;
  const names = Object.entries(ATTRIBUTES) as [keyof typeof ATTRIBUTES, string][];
  return {
    data: {
      type: 'runs',
      attributes: {
        'auto-apply': autoApply,
        ...(mode && MODE_ATTRIBUTES[mode]),
        ...Object.fromEntries(names.map(([option, attribute]) => [attribute, options[option]])),
        variables: variables && Object.entries(variables).map(([key, value]) => ({ key, value })),
      },
      relationships: {
        workspace: { data: { type: 'workspaces', id: workspaceId } },
        ...(configurationVersionId !== undefined && {
          'configuration-version': { data: { type: 'configuration-versions', id: configurationVersionId } },
        }),
      },
    },
  };
}
