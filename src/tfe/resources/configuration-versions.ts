import { z } from 'zod';
import { defined, maybeFlag, maybeText, resourceId, single, timestamps } from '../http/json-api.ts';
import { secretUrl } from '../http/secret.ts';
import type { Secret } from '../http/secret.ts';
import { uploadTo } from './upload.ts';
import type { Upload } from './upload.ts';
import type { StorageHttp } from '../http/storage-http.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';
import { TfeError } from '../http/tfe-error.ts';
import type { Timeouts } from '../http/timeouts.ts';

export interface ConfigurationVersion {
  id: string;
  /** pending, fetching, uploaded, errored, archived …; an open set. Runs need `uploaded`. */
  status: string;
  error?: string;
  errorMessage?: string;
  source?: string;
  speculative?: boolean;
  provisional?: boolean;
  autoQueueRuns?: boolean;
  statusTimestamps: Record<string, string>;
}

/** The answer to a create: the only one that carries the upload URL. */
export interface CreatedConfigurationVersion extends ConfigurationVersion {
  /** Anybody who has it can upload, for 25 hours. */
  uploadUrl: Secret;
}

export interface CreateConfigurationVersion {
  workspaceId: string;
  /** TFE's default is true: the upload alone would then start a run. */
  autoQueueRuns: boolean;
  /** Such a version can be planned but never applied. */
  speculative?: boolean | undefined;
  /** Becomes the workspace's current one only when a run with it is applied. */
  provisional?: boolean | undefined;
}

const resource = z.object({
  id: resourceId,
  attributes: z.object({
    status: z.string(),
    error: maybeText,
    'error-message': maybeText,
    source: maybeText,
    speculative: maybeFlag,
    provisional: maybeFlag,
    'auto-queue-runs': maybeFlag,
    'upload-url': maybeText,
    'status-timestamps': timestamps,
  }),
});

const document = single(resource).transform(({ id, attributes: told }) => ({
  version: {
    id,
    status: told.status,
    statusTimestamps: told['status-timestamps'],
    ...defined({
      error: told.error || undefined,
      errorMessage: told['error-message'] || undefined,
      source: told.source,
      speculative: told.speculative,
      provisional: told.provisional,
      autoQueueRuns: told['auto-queue-runs'],
    }),
  } satisfies ConfigurationVersion,
  uploadUrl: told['upload-url'],
}));

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/configuration-versions */
export const createConfigurationVersions = (
  http: TfeHttp,
  storage: StorageHttp,
  { timeouts, address }: { timeouts: Timeouts; address: string },
) => ({
  /** After a lost answer the version is useless, because its upload URL is shown only once: create another. */
  create: async (
    { workspaceId, autoQueueRuns, speculative, provisional }: CreateConfigurationVersion,
    options?: CallOptions,
  ): Promise<CreatedConfigurationVersion> => {
    const operation = 'create configuration version';
    const { version, uploadUrl } = await http.document(
      {
        operation,
        method: 'post',
        path: ['workspaces', workspaceId, 'configuration-versions'],
        document: {
          data: {
            type: 'configuration-versions',
            attributes: { 'auto-queue-runs': autoQueueRuns, speculative, provisional },
          },
        },
      },
      document,
      options,
    );
    const url = secretUrl(uploadUrl, address);
    if (url === undefined) {
      throw new TfeError('unreadable-answer', operation, {
        reason: 'unexpected-document',
        detail: 'data.attributes.upload-url',
      });
    }
    return { ...version, uploadUrl: url };
  },

  read: async (configurationVersionId: string, options?: CallOptions): Promise<ConfigurationVersion> => {
    const { version } = await http.document(
      { operation: 'read configuration version', path: ['configuration-versions', configurationVersionId] },
      document,
      options,
    );
    return version;
  },

  /**
   * `PUT <upload URL>` without the token. Success means received, not processed: read the version until it is `uploaded`.
   * Safe to repeat with the same bytes while the version is pending. 401, 403, 404, 410 = the URL is dead. An error of the source is passed on as it is.
   */
  upload: (uploadUrl: Secret, upload: Upload, options?: CallOptions): Promise<void> =>
    uploadTo({ storage, timeouts }, uploadUrl, upload, options),
});
