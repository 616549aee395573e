import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { RequestContext } from './request-context.ts';
import type { RunArguments } from './state/run-snapshot.ts';

/**
 * Whether to end the history here and continue the request in a new execution. Temporal suggests that at 4,096 events
 * and ends a workflow at 51,200. Polling never gets there, but a flood of signals does, and so does a write that is
 * refused or in doubt for a day. A canceled request stays in its execution: a new one would not know of the
 * cancellation.
 */
export const isTooLong = ({ state }: RequestContext): boolean =>
  workflowInfo().continueAsNewSuggested && !state.canceled;

/**
 * Continues in a new execution. Call it only where the state alone is enough to resume. Returns only if a cancellation
 * came in the same workflow task.
 */
export async function startAfresh({ state }: RequestContext): Promise<void> {
  state.inbox.takeIn();
  if (state.canceled) return;
  state.decisions.answerWaiting();
  await condition(allHandlersFinished);
  // The input is not parsed again: the snapshot holds the accepted request.
  await continueAsNew<(...run: RunArguments) => Promise<unknown>>(null, state.data);
}
