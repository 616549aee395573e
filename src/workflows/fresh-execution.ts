import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { RequestContext } from './request-context.ts';
import type { RunArguments } from './state/run-snapshot.ts';

/**
 * Whether the history should end here and the request go on in a new execution. Temporal suggests that at 4,096 events
 * and ends a workflow at 51,200: polling never brings a run there, a flood of signals does, and so does a write that is
 * refused or in doubt for a day. A canceled request goes on as it is: a new execution knows nothing of the cancellation.
 */
export const isTooLong = ({ state }: RequestContext): boolean =>
  workflowInfo().continueAsNewSuggested && !state.canceled;

/**
 * Goes on in a new execution. Only where the workflow can be taken up again from the state alone. Returns only where a
 * cancellation came in the same workflow task.
 */
export async function startAfresh({ state }: RequestContext): Promise<void> {
  state.inbox.takeIn();
  if (state.canceled) return;
  state.decisions.answerWaiting();
  await condition(allHandlersFinished);
  // The input is not parsed again: the snapshot holds the accepted request.
  await continueAsNew<(...run: RunArguments) => Promise<unknown>>(null, state.data);
}
