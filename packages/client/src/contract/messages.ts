import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { DecisionAnswer } from './decision.ts';
import type { RunView } from './run-view.ts';

// The same objects as `defineSignal` and the like of @temporalio/workflow make; services do not need that package.
const signal = (name: string) => ({ type: 'signal', name }) as SignalDefinition<[unknown]>;
const update = <Answer>(name: string) => ({ type: 'update', name }) as UpdateDefinition<Answer, [unknown]>;
const query = <Answer>(name: string) => ({ type: 'query', name }) as QueryDefinition<Answer>;

/**
 * The messages that a request's workflow takes. Handlers take `unknown`: people send signals by hand from the Temporal
 * UI. Valid shapes: approve `{runId, by, comment?, decisionId?}`, reject the same with `reason`.
 */
export const approveSignal = signal('approve');
export const rejectSignal = signal('reject');
/** Overrides the policies or tasks that hold the run: `{runId, by, comment?}`. The approval is still needed afterwards. */
export const overrideSignal = signal('override');
/** Who cancels and why: `{by, reason?}`, sent just before the cancellation. Alone it cancels nothing. */
export const explainCancelSignal = signal('explainCancel');
/** Hint that the run changed: look now. `{runStatus?}`. */
export const nudgeSignal = signal('nudge');
/** `{choice: 'approve' | 'reject' | 'override', runId, by, comment? | reason, decisionId?}` with a synchronous answer. */
export const decideUpdate = update<DecisionAnswer>('decide');
export const viewQuery = query<RunView>('view');
