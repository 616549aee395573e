import { z } from 'zod';
import {
  defined,
  maybeFlag,
  maybeNumber,
  maybeObject,
  maybeText,
  pageOf,
  relatedId,
  relatedIds,
  resourceId,
  single,
} from '../http/json-api.ts';
import type { Page } from '../http/json-api.ts';
import { onward, pagingQuery } from '../http/paging.ts';
import type { Paging } from '../http/paging.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export interface StateVersion {
  id: string;
  serial?: number;
  /** Outputs are complete once this is true: TFE reads them from the state in the background. */
  resourcesProcessed?: boolean;
  createdAt?: string;
  terraformVersion?: string;
  runId?: string;
  outputIds?: string[];
}

export interface OutputFacts {
  id: string;
  name: string;
  /** Terraform's type: "string", or an array for collections. */
  type?: unknown;
}

/** An output as lists show it: sensitive ones without their value, whatever the server sent. */
export type StateVersionOutput =
  (OutputFacts & { sensitive: true }) | (OutputFacts & { sensitive: false; value: unknown });

const stateVersion = z
  .object({
    id: resourceId,
    attributes: maybeObject({
      serial: maybeNumber,
      'resources-processed': maybeFlag,
      'created-at': maybeText,
      'terraform-version': maybeText,
    }),
    relationships: maybeObject({ run: relatedId, outputs: relatedIds }),
  })
  .transform(({ id, attributes: told, relationships: links }): StateVersion => ({
    id,
    ...defined({
      serial: told.serial,
      resourcesProcessed: told['resources-processed'],
      createdAt: told['created-at'],
      terraformVersion: told['terraform-version'],
      runId: links.run,
      outputIds: links.outputs,
    }),
  }));

const outputResource = z.object({
  id: resourceId,
  attributes: z.object({
    name: z.string(),
    sensitive: maybeFlag,
    type: z.unknown().optional(),
    'detailed-type': z.unknown().optional(),
    value: z.unknown().optional(),
  }),
});

function toOutput({ id, attributes: told }: z.output<typeof outputResource>): StateVersionOutput {
  const facts = { id, name: told.name, ...defined({ type: told['detailed-type'] ?? told.type ?? undefined }) };
  // If the server does not say whether an output is sensitive, we treat it as sensitive.
  return told.sensitive === false ? { ...facts, sensitive: false, value: told.value } : { ...facts, sensitive: true };
}

const outputPage = pageOf(outputResource.transform(toOutput));

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-versions */
export const createStateVersions = (http: TfeHttp) => ({
  /** May belong to a later run than ours. `not-found` = the workspace has no state yet. */
  current: (workspaceId: string, options?: CallOptions): Promise<StateVersion> =>
    http.document(
      { operation: 'read current state version', path: ['workspaces', workspaceId, 'current-state-version'] },
      single(stateVersion),
      options,
    ),

  read: (stateVersionId: string, options?: CallOptions): Promise<StateVersion> =>
    http.document(
      { operation: 'read state version', path: ['state-versions', stateVersionId] },
      single(stateVersion),
      options,
    ),

  outputs: (
    stateVersionId: string,
    { page, pageSize, ...options }: Paging & CallOptions = {},
  ): Promise<Page<StateVersionOutput>> =>
    onward(
      { page },
      http.document(
        {
          operation: 'list outputs',
          path: ['state-versions', stateVersionId, 'outputs'],
          query: pagingQuery({ page, pageSize }),
        },
        outputPage,
        options,
      ),
    ),
});

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-version-outputs */
export const createStateVersionOutputs = (http: TfeHttp) => ({
  /**
   * One output with its value, even of a sensitive one in clear: only for the caller to see, never for history or logs.
   */
  read: (outputId: string, options?: CallOptions): Promise<OutputFacts & { sensitive: boolean; value: unknown }> =>
    http.document(
      { operation: 'read output', path: ['state-version-outputs', outputId] },
      single(outputResource).transform((resource) => ({
        ...toOutput(resource),
        value: resource.attributes.value,
      })),
      options,
    ),
});
