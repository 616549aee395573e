import { randomUUID } from 'node:crypto';
import {
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionDescription,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { DIGEST_MEMO, taskQueueOf, workflowIdOf, WORKFLOW_ID_MAX_BYTES, WORKFLOW_TYPE } from './contract/names.ts';
import { parseRunRequest } from './contract/run-request-schema.ts';
import type { RunRequest } from './contract/run-request.ts';
import { SEARCH_ATTRIBUTE_MAX_CHARACTERS, SEARCH_ATTRIBUTES } from './contract/search-attributes.ts';
import { InvalidRequestError, RequestConflictError, type FieldDifference } from './errors.ts';
import { tfeHostOf } from './temporal/installation.ts';
import { differencesOf, digestOf } from './request-digest.ts';
import { detailsOfRequest, summaryOf } from './request-summary.ts';
import { readStartedInput } from './temporal/started-input.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';

/** Memo field that shows which call of start made the workflow: Temporal's answer does not say. */
const START_MEMO = 'runwrightStart';

export interface StartedRequest {
  workflowId: string;
  started: 'new' | 'existing';
  request: RunRequest;
}

export interface StartContext {
  temporal: TemporalAccess;
  installation: string;
  tfeAddress: string;
}

/**
 * Starts the request, or finds that it was started before: safe to repeat (decision D10). Rejects with
 * InvalidRequestError and RequestConflictError before anything is changed.
 */
export async function startRequest(input: unknown, context: StartContext): Promise<StartedRequest> {
  const request = validRequest(input);
  const workflowId = validWorkflowId(request, context.tfeAddress);
  const start = randomUUID();
  await startWorkflow(request, workflowId, start, context);
  const { temporal } = context;
  const found = await temporal.call(() => temporal.client.workflow.getHandle(workflowId).describe(), {
    id: workflowId,
  });
  if (found.memo?.[START_MEMO] === start) return { workflowId, started: 'new', request };
  const differences = await differencesFromStarted(request, found, temporal);
  if (differences.length > 0) throw new RequestConflictError(request.key, workflowId, differences);
  return { workflowId, started: 'existing', request };
}

function validRequest(input: unknown): RunRequest {
  const parsed = parseRunRequest(input);
  if (parsed.kind === 'refused') throw new InvalidRequestError(parsed.faults);
  return parsed.request;
}

function validWorkflowId(request: RunRequest, tfeAddress: string): string {
  const workflowId = workflowIdOf({ tfeHost: tfeHostOf(tfeAddress), ...request });
  const bytes = Buffer.byteLength(workflowId);
  if (bytes <= WORKFLOW_ID_MAX_BYTES) return workflowId;
  throw new InvalidRequestError([
    `key: the workflow id would have ${bytes} bytes, ${WORKFLOW_ID_MAX_BYTES} are possible`,
  ]);
}

async function startWorkflow(request: RunRequest, workflowId: string, start: string, context: StartContext) {
  const { temporal, installation, tfeAddress } = context;
  const options: WorkflowStartOptions = {
    workflowId,
    taskQueue: taskQueueOf(installation),
    args: [request],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    memo: { [DIGEST_MEMO]: digestOf(request), [START_MEMO]: start },
    staticSummary: summaryOf(request),
    staticDetails: detailsOfRequest(request, tfeAddress),
    typedSearchAttributes: searchAttributesOf(request),
  };
  try {
    await temporal.call(() => temporal.client.workflow.start(WORKFLOW_TYPE, options), { id: workflowId });
  } catch (error) {
    // A closed request with this id; it is described next.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

function searchAttributesOf(request: RunRequest): NonNullable<WorkflowStartOptions['typedSearchAttributes']> {
  const cut = (text: string): string => text.slice(0, SEARCH_ATTRIBUTE_MAX_CHARACTERS).toWellFormed();
  return [
    { key: SEARCH_ATTRIBUTES.organization, value: request.organization },
    { key: SEARCH_ATTRIBUTES.workspace, value: request.workspace },
    { key: SEARCH_ATTRIBUTES.key, value: request.key },
    { key: SEARCH_ATTRIBUTES.requestedBy, value: cut(request.requestedBy) },
    { key: SEARCH_ATTRIBUTES.phase, value: 'preparing' },
  ];
}

/**
 * How the request differs from the one that holds the key. Equal digests settle it. A digest of an older version may
 * differ for the same request, and a workflow started by hand has none; then the recorded input is compared.
 */
async function differencesFromStarted(
  request: RunRequest,
  found: WorkflowExecutionDescription,
  temporal: TemporalAccess,
): Promise<FieldDifference[]> {
  if (found.memo?.[DIGEST_MEMO] === digestOf(request)) return [];
  const runId = found.raw.workflowExecutionInfo?.firstRunId || found.runId;
  const started = parseRunRequest(await readStartedInput(temporal, { workflowId: found.workflowId, runId }));
  if (started.kind === 'accepted') return differencesOf(started.request, request);
  return [{ path: 'request', before: '(not readable any more)', after: 'this request' }];
}
