import type { WorkflowExecutionDescription } from '@temporalio/client';
import { viewQuery } from './contract/messages.ts';
import { requestAddressOf } from './contract/names.ts';
import { PHASES, type Phase } from './contract/phase.ts';
import type { RunResult, RunView } from './contract/run-view.ts';
import { SEARCH_ATTRIBUTES } from './contract/search-attributes.ts';
import { readEnding, type FollowOptions } from './await-close.ts';
import { pendingStepOf } from './pending-step.ts';
import type { RunEnding } from './request-ending.ts';
import type { CallOptions, TemporalAccess } from './temporal/temporal-access.ts';
import { workflowStateOf, type WorkflowState } from './temporal/workflow-state.ts';

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

/** The state of a request: from its workflow or, if no worker answers, from what Temporal knows. */
export async function viewRequest(
  temporal: TemporalAccess,
  workflowId: string,
  { signal }: Pick<FollowOptions, 'signal'> = {},
): Promise<RequestView> {
  const about = { id: workflowId, signal };
  const [described, asked] = await Promise.all([describe(temporal, about), askWorkflow(temporal, about)]);
  const workflowState = workflowStateOf(described);
  const ending = workflowState === 'running' ? undefined : await readEnding(temporal, workflowId, { signal });
  const view = asked ?? viewFromDescription(described);
  const { closeTime } = described;
  // The first execution's start: a request that continued as new began with its first phase.
  const startedAt = asked?.history[0]?.at ?? described.startTime.toISOString();
  return {
    ...(ending === undefined ? view : afterTheEnd(view, ending)),
    workflowId,
    workflowState,
    source: asked === undefined ? 'search-attributes' : 'workflow',
    startedAt,
    ...(closeTime && { closedAt: closeTime.toISOString() }),
    ...(workflowState === 'running' && pendingStepOf(described)),
  };
}

type AboutRequest = CallOptions & { id: string };

const describe = (temporal: TemporalAccess, about: AboutRequest): Promise<WorkflowExecutionDescription> =>
  temporal.call(() => temporal.client.workflow.getHandle(about.id).describe(), about);

// Whatever keeps the workflow from answering (no worker, a stuck task, an older worker), the rest is still worth
// showing.
async function askWorkflow(temporal: TemporalAccess, about: AboutRequest): Promise<RunView | undefined> {
  const handle = temporal.client.workflow.getHandle(about.id);
  try {
    return await temporal.call(() => handle.query(viewQuery), { ...about, deadlineMs: QUERY_DEADLINE_MS });
  } catch {
    about.signal?.throwIfAborted();
    return undefined;
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

/** What the workflow said last, without what it waited for, and with what its ending says. */
function afterTheEnd(view: RunView, ending: RunEnding): RunView & { ending: RunEnding } {
  const { waitingFor: _for, blocker: _by, inDoubt: _doubt, nextLookAt: _look, lastError: _error, ...last } = view;
  switch (ending.kind) {
    case 'completed':
      return { ...last, ...viewOfResult(ending.result, last.approval), phase: 'finished', ending };
    case 'failed':
      return { ...last, ...viewOfFailure(ending), phase: 'ended-badly', ending };
    case 'canceled':
      return { ...last, phase: 'finished', cancelRequested: true, ending };
    case 'terminated':
      return { ...last, phase: 'ended-badly', ending };
  }
}

function viewOfResult(result: RunResult, approval: RunView['approval']): Partial<RunView> {
  const {
    key: _key,
    changed: _changed,
    stateVersionId: _state,
    by: _by,
    reason: _reason,
    decisions,
    ...facts
  } = result;
  return { ...facts, approval: { ...approval, decisions } };
}

function viewOfFailure({ type, message, facts }: Extract<RunEnding, { kind: 'failed' }>): Partial<RunView> {
  const { runId, runUrl, status, changed } = facts;
  return {
    ...(runId && { runId }),
    ...(runUrl && { runUrl }),
    ...(status && { status }),
    ...(type !== 'unknown' && { failure: { type, message, changed } }),
  };
}
