import { z } from 'zod';
import { defined, maybeFlag, maybeText, resourceId, single, timestamps } from '../http/json-api.ts';
import { changesOnly } from './plan-changes.ts';
import { countAttributes, toCounts } from './resource-counts.ts';
import type { ResourceCounts } from './resource-counts.ts';
import { secretUrl } from '../http/secret.ts';
import type { Secret } from '../http/secret.ts';
import { parseJson } from '../http/tfe-http.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';
import { TfeError } from '../http/tfe-error.ts';
import type { StorageHttp } from '../http/storage-http.ts';

export interface Plan {
  id: string;
  /** pending, queued, running, finished, errored, canceled, unreachable …; an open set. */
  status: string;
  hasChanges?: boolean;
  counts: ResourceCounts;
  /** Anybody who has it can read the log, for 25 hours. */
  logUrl?: Secret;
  statusTimestamps: Record<string, string>;
}

const document = single(
  z.object({
    id: resourceId,
    attributes: z.object({
      status: z.string(),
      'has-changes': maybeFlag,
      ...countAttributes,
      'log-read-url': maybeText,
      'status-timestamps': timestamps,
    }),
  }),
);

// Enough for a plan of some thousand resources. Nobody reads a longer one, and the counts come from the plan itself.
const MAX_PLAN_BYTES = 64 * 1024 * 1024;

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/plans */
export const createPlans = (http: TfeHttp, storage: StorageHttp, { address }: { address: string }) => {
  const toPlan = ({ id, attributes: told }: z.output<typeof document>): Plan => ({
    id,
    status: told.status,
    counts: toCounts(told),
    statusTimestamps: told['status-timestamps'],
    ...defined({ hasChanges: told['has-changes'], logUrl: secretUrl(told['log-read-url'], address) }),
  });
  const planDocument = document.transform(toPlan);

  // TFE redirects to storage, others answer at once. The link lives a minute, so this call follows it, without the
  // token.
  async function readJson(planId: string, format: string, options?: CallOptions): Promise<unknown> {
    const operation = 'read plan JSON';
    const answer = await http.exchange({ operation, path: ['plans', planId, format] }, options);
    const location = answer.headers.get('location');
    if (answer.status < 300) return planJson(operation, answer.status, await answer.text(MAX_PLAN_BYTES));
    await answer.discard();
    const url = location === null ? undefined : secretUrl(location, address);
    if (url === undefined)
      throw new TfeError('unreadable-answer', operation, { status: answer.status, reason: 'redirected' });
    const stored = await storage.get(operation, url, {}, options);
    return planJson(operation, stored.status, await stored.text(MAX_PLAN_BYTES));
  }

  return {
    read: (planId: string, options?: CallOptions): Promise<Plan> =>
      http.document({ operation: 'read plan', path: ['plans', planId] }, planDocument, options),

    /** For servers that do not name the plan in the run. */
    readOfRun: (runId: string, options?: CallOptions): Promise<Plan> =>
      http.document({ operation: 'read plan', path: ['runs', runId, 'plan'] }, planDocument, options),

    /**
     * Terraform's plan as JSON with the sensitive values taken out; undefined while there is none (204, or an empty body).
     * A server without that format gives the whole plan, of which only what changes is handed on. `not-found` where it
     * has neither.
     */
    readRedactedJson: async (planId: string, options?: CallOptions): Promise<unknown> => {
      try {
        return await readJson(planId, 'json-output-redacted', options);
      } catch (error) {
        if (!(error instanceof TfeError) || error.kind !== 'not-found') throw error;
        const whole = await readJson(planId, 'json-output', options);
        return whole === undefined ? undefined : changesOnly(whole);
      }
    },
  };
};

function planJson(operation: string, status: number, text: string): unknown {
  if (status >= 300) throw new TfeError('unreadable-answer', operation, { status, reason: 'redirected' });
  return text.trim() === '' ? undefined : parseJson(operation, status, text);
}
