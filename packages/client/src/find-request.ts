import { requestAddressOf, taskQueueOf, WORKFLOW_TYPE } from './contract/names.ts';
import { AmbiguousIdError, RequestNotFoundError } from './errors.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';
import { quoted } from './visibility-query.ts';

// Visibility lags behind a start, by up to a second or two on SQL stores, but a key that was just printed must be
// found.
const LOOK_AGAIN_AFTER_MS = [250, 500, 1_000];
const MAX_NAMED = 10;

/** The workflow id for an id or its unambiguous key. Rejects with RequestNotFoundError or AmbiguousIdError. */
export async function findWorkflowId(
  idOrKey: string,
  { temporal, installation }: { temporal: TemporalAccess; installation: string },
): Promise<string> {
  if (requestAddressOf(idOrKey) !== undefined) return idOrKey;
  const query = [
    `WorkflowType = ${quoted(WORKFLOW_TYPE)}`,
    `TaskQueue = ${quoted(taskQueueOf(installation))}`,
    `TfeKey = ${quoted(idOrKey)}`,
  ].join(' AND ');
  for (const waitMs of [0, ...LOOK_AGAIN_AFTER_MS]) {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const ids = await workflowIdsOf(query, temporal);
    if (ids.length > 1) throw new AmbiguousIdError(idOrKey, ids);
    if (ids[0] !== undefined) return ids[0];
  }
  throw new RequestNotFoundError(idOrKey, temporal.namespace);
}

async function workflowIdsOf(query: string, temporal: TemporalAccess): Promise<string[]> {
  const ids = new Set<string>();
  await temporal.call(async () => {
    for await (const { workflowId } of temporal.client.workflow.list({ query, pageSize: MAX_NAMED * 2 })) {
      ids.add(workflowId);
      if (ids.size >= MAX_NAMED) return;
    }
  });
  return [...ids];
}
