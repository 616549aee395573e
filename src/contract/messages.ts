import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DecisionAnswer } from './decision.ts';
import type { RunView } from './run-view.ts';

/**
 * What a request's workflow can be told and asked. Handlers take `unknown`: people send signals by hand from the
 * Temporal UI. Shapes that count: approve `{runId, by, comment?, decisionId?}`, reject the same with `reason`.
 */
export const approveSignal = defineSignal<[unknown]>('approve');
export const rejectSignal = defineSignal<[unknown]>('reject');
/** Overrides the policies or tasks that hold the run: `{runId, by, comment?}`. The approval is still needed afterwards. */
export const overrideSignal = defineSignal<[unknown]>('override');
/** Who cancels and why: `{by, reason?}`, sent just before the cancellation. Alone it cancels nothing. */
export const explainCancelSignal = defineSignal<[unknown]>('explainCancel');
/** Hint that the run changed: look now. `{runStatus?}`. */
export const nudgeSignal = defineSignal<[unknown]>('nudge');
/** `{choice: 'approve' | 'reject' | 'override', runId, by, comment? | reason, decisionId?}` with a synchronous answer. */
export const decideUpdate = defineUpdate<DecisionAnswer, [unknown]>('decide');
export const viewQuery = defineQuery<RunView>('view');
