import { z } from 'zod';
import { defined, maybeObject, maybeText, relatedIds, resourceId, single, timestamps } from '../http/json-api.ts';
import { countAttributes, toCounts } from './resource-counts.ts';
import type { ResourceCounts } from './resource-counts.ts';
import { secretUrl } from '../http/secret.ts';
import type { Secret } from '../http/secret.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export interface Apply {
  id: string;
  /** As a plan's. `unreachable` = nothing was applied, `errored` = perhaps a part. */
  status: string;
  counts: ResourceCounts;
  /** Anybody who has it can read the log, for 25 hours. */
  logUrl?: Secret;
  statusTimestamps: Record<string, string>;
  /** The last one is the state this apply left; absent where the server does not list them. */
  stateVersionIds?: string[];
}

const document = single(
  z.object({
    id: resourceId,
    attributes: z.object({
      status: z.string(),
      ...countAttributes,
      'log-read-url': maybeText,
      'status-timestamps': timestamps,
    }),
    relationships: maybeObject({ 'state-versions': relatedIds }),
  }),
);

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/applies */
export const createApplies = (http: TfeHttp, { address }: { address: string }) => {
  const applyDocument = document.transform(({ id, attributes: told, relationships: links }): Apply => ({
    id,
    status: told.status,
    counts: toCounts(told),
    statusTimestamps: told['status-timestamps'],
    ...defined({
      logUrl: secretUrl(told['log-read-url'], address),
      stateVersionIds: links['state-versions'],
    }),
  }));
  return {
    read: (applyId: string, options?: CallOptions): Promise<Apply> =>
      http.document({ operation: 'read apply', path: ['applies', applyId] }, applyDocument, options),

    /** For servers that do not name the apply in the run. */
    readOfRun: (runId: string, options?: CallOptions): Promise<Apply> =>
      http.document({ operation: 'read apply', path: ['runs', runId, 'apply'] }, applyDocument, options),
  };
};
