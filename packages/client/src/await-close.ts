import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { TemporalUnreachableError } from './errors.ts';
import { endingOfError, type RunEnding } from './request-ending.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';

// The server answers a long poll after 20 s at the latest; the rest is for a slow line.
const LONG_POLL_DEADLINE_MS = 40_000;
/** How long a follower waits for a Temporal that is restarted or upgraded before it gives up. */
export const PATIENCE_MS = 120_000;
const RETRY_PAUSE_MS = 1_000;

/** How to follow a request. */
export interface FollowOptions {
  /** Ends the following, which then rejects with its reason; the request goes on. */
  signal?: AbortSignal | undefined;
  /** How long Temporal may be silent, in ms; 2 min unless set. */
  patienceMs?: number | undefined;
  /** Called when Temporal stops answering, and when it answers again. */
  onSilence?: (silence: 'begins' | 'is-over') => void;
}

/**
 * One long poll on the history of an execution: answers as soon as something happens, else after about 20 s. `closed`
 * names the run that continues the execution, if there is one.
 */
export async function pollHistory(
  temporal: TemporalAccess,
  position: HistoryPosition,
  signal?: AbortSignal,
): Promise<{ position: HistoryPosition; news: 'nothing' | 'events' | 'closed' }> {
  const { namespace } = temporal;
  const { workflowId, runId, token } = position;
  const answer = await temporal.call(
    () =>
      temporal.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: runId ?? null },
        waitNewEvent: true,
        skipArchival: true,
        nextPageToken: token ?? null,
      }),
    { id: workflowId, deadlineMs: LONG_POLL_DEADLINE_MS, signal },
  );
  const events = answer.history?.events ?? [];
  const last = events.at(-1);
  const next =
    last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ??
    last?.workflowExecutionFailedEventAttributes?.newExecutionRunId ??
    last?.workflowExecutionCompletedEventAttributes?.newExecutionRunId;
  if (next) return { position: { workflowId, runId: next }, news: 'events' };
  const end = answer.nextPageToken?.length ? 'open' : 'closed';
  if (end === 'closed') return { position, news: 'closed' };
  return { position: { ...position, token: answer.nextPageToken }, news: events.length > 0 ? 'events' : 'nothing' };
}

/** Where a follower stands in a history. */
export interface HistoryPosition {
  workflowId: string;
  runId?: string;
  token?: Uint8Array;
}

/** Repeats `poll` while Temporal is unreachable, for at most `patienceMs` of silence. */
export async function withPatience<T>(
  poll: () => Promise<T>,
  { signal, patienceMs = PATIENCE_MS, onSilence }: FollowOptions,
): Promise<T> {
  let silentSince: number | undefined;
  for (;;) {
    try {
      const answer = await poll();
      if (silentSince !== undefined) onSilence?.('is-over');
      return answer;
    } catch (error) {
      if (!(error instanceof TemporalUnreachableError)) throw error;
      if (silentSince === undefined) onSilence?.('begins');
      // Counted from the failure, not from the question: a long poll is quiet for a while although Temporal answers.
      silentSince ??= performance.now();
      if (performance.now() - silentSince > patienceMs) throw error;
      await pause(RETRY_PAUSE_MS, undefined, { ...(signal && { signal }) });
    }
  }
}

/** Waits until the request has ended, following continue-as-new. Rejects only when the call fails for good. */
export async function awaitEnding(
  temporal: TemporalAccess,
  workflowId: string,
  options: FollowOptions,
): Promise<RunEnding> {
  let position: HistoryPosition = { workflowId };
  for (;;) {
    options.signal?.throwIfAborted();
    const polled = await withPatience(() => pollHistory(temporal, position, options.signal), options);
    position = polled.position;
    if (polled.news === 'closed') return await withPatience(() => readEnding(temporal, workflowId, options), options);
  }
}

/** How a request that has closed ended. */
export async function readEnding(
  temporal: TemporalAccess,
  workflowId: string,
  { signal }: Pick<FollowOptions, 'signal'> = {},
): Promise<RunEnding> {
  const handle: WorkflowHandle = temporal.client.workflow.getHandle(workflowId);
  return await temporal.call(
    async () => {
      try {
        return { kind: 'completed', result: await handle.result() } satisfies RunEnding;
      } catch (error) {
        const ending = error instanceof WorkflowNotFoundError ? undefined : endingOfError(error);
        if (ending === undefined) throw error;
        return ending;
      }
    },
    { id: workflowId, signal },
  );
}
