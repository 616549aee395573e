import type { WorkflowExecutionDescription } from '@temporalio/client';
import { viewQuery } from '../contract/messages.ts';
import { requestAddressOf } from '../contract/names.ts';
import { PHASES, type Phase } from '../contract/phase.ts';
import type { RunView } from '../contract/run-view.ts';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import { readEnding } from './await-close.ts';
import { pendingStepOf } from './pending-step.ts';
import type { RunEnding } from './request-ending.ts';
import type { TemporalAccess } from './temporal-access.ts';

/** What Temporal says of the workflow itself, whatever the workflow last said of its run. */
export type WorkflowState = 'running' | 'completed' | 'failed' | 'canceled' | 'terminated';

/** A RunView with where it comes from. */
export interface RequestView extends RunView {
  workflowId: string;
  workflowState: WorkflowState;
  /** `search-attributes`: no worker answered, so only what Temporal itself knows is filled in. */
  source: 'workflow' | 'search-attributes';
  /** The message of the run's failure or the reason of its end, once it has ended. */
  ending?: RunEnding;
  /** Attempt of the pending step, from 2 on. */
  attempt?: number;
  startedAt: string;
  closedAt?: string;
}

// `show` promises an answer within 5 s also without a worker; describing comes first and takes milliseconds.
const QUERY_DEADLINE_MS = 3_000;

/** The state of a request: asked of its workflow, or put together from what Temporal knows where no worker answers. */
export async function viewRequest(temporal: TemporalAccess, workflowId: string): Promise<RequestView> {
  const [described, asked] = await Promise.all([describe(temporal, workflowId), askWorkflow(temporal, workflowId)]);
  const workflowState = workflowStateOf(described);
  const ending = workflowState === 'running' ? undefined : await readEnding(temporal, workflowId);
  const view = asked ?? viewFromDescription(described);
  const { closeTime } = described;
  return {
    ...view,
    ...(ending && afterTheEnd(view, ending)),
    workflowId,
    workflowState,
    source: asked === undefined ? 'search-attributes' : 'workflow',
    startedAt: described.startTime.toISOString(),
    ...(closeTime && { closedAt: closeTime.toISOString() }),
    ...(workflowState === 'running' && pendingStepOf(described)),
  };
}

const describe = (temporal: TemporalAccess, workflowId: string): Promise<WorkflowExecutionDescription> =>
  temporal.call(() => temporal.client.workflow.getHandle(workflowId).describe(), { id: workflowId });

// Whatever keeps the workflow from answering (no worker, a stuck task, an older worker), the rest is still worth showing.
async function askWorkflow(temporal: TemporalAccess, workflowId: string): Promise<RunView | undefined> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  try {
    return await temporal.call(() => handle.query(viewQuery), { id: workflowId, deadlineMs: QUERY_DEADLINE_MS });
  } catch {
    return undefined;
  }
}

export function workflowStateOf({ status }: Pick<WorkflowExecutionDescription, 'status'>): WorkflowState {
  switch (status.name) {
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
      return 'canceled';
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'terminated';
    default:
      return 'running'; // also one that continues as new just now, or is paused
  }
}

function viewFromDescription({
  workflowId,
  typedSearchAttributes: known,
  startTime,
}: WorkflowExecutionDescription): RunView {
  const address = requestAddressOf(workflowId);
  const phase = phaseFrom(known.get(SEARCH_ATTRIBUTES.phase));
  const since = (known.get(SEARCH_ATTRIBUTES.waitingSince) ?? startTime).toISOString();
  const runId = known.get(SEARCH_ATTRIBUTES.runId);
  const requestedBy = known.get(SEARCH_ATTRIBUTES.requestedBy);
  return {
    key: address?.key ?? workflowId,
    ...(address && { organization: address.organization, workspace: address.workspace }),
    ...(requestedBy && { requestedBy }),
    phase,
    ...(runId && { runId }),
    since,
    approval: {
      verdict: 'pending',
      decisions: [],
      missing: 1,
      approvers: known.get(SEARCH_ATTRIBUTES.approvers) ?? [],
    },
    refusedMessages: [],
    warnings: [],
    history: [{ phase, at: since }],
  };
}

export const phaseFrom = (text: string | undefined): Phase => PHASES.find((phase) => phase === text) ?? 'preparing';

/** What the ending adds: the result itself where there is one, and a phase that is an end also after a termination. */
function afterTheEnd(view: RunView, ending: RunEnding): Partial<RequestView> {
  switch (ending.kind) {
    case 'completed': {
      const {
        key: _key,
        decisions,
        reason: _reason,
        by: _by,
        stateVersionId: _state,
        changed: _changed,
        ...facts
      } = ending.result;
      return { ...facts, phase: 'finished', approval: { ...view.approval, decisions }, ending };
    }
    case 'failed': {
      const { runId, runUrl, status, changed } = ending.facts;
      const failure =
        ending.type === 'unknown' ? {} : { failure: { type: ending.type, message: ending.message, changed } };
      return {
        ...(runId && { runId }),
        ...(runUrl && { runUrl }),
        ...(status && { status }),
        ...failure,
        phase: 'ended-badly',
        ending,
      };
    }
    case 'canceled':
      return { phase: 'finished', cancelRequested: true, ending };
    case 'terminated':
      return { phase: 'ended-badly', ending };
  }
}
