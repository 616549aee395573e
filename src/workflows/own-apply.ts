import { ActivityFailure } from '@temporalio/workflow';
import { isPastConfirmation } from '@runwright/client/domain';
import type { RequestContext } from './request-context.ts';
import { ask } from './inbox/stand-still.ts';

/**
 * Finds out who confirmed a run if this execution sent no apply: somebody in TFE, or this request before a reset made
 * it forget. We ask TFE each time a run is found like that. We do not ask whether the execution was reset: a replay of
 * the part before the reset would answer differently.
 */
export async function recognizeOwnApply({ state, steps }: RequestContext): Promise<void> {
  const { reading, data } = state;
  if (data.acts.applySent || data.confirmer === 'somebody-else' || !isPastConfirmation(reading)) return;
  try {
    const step = steps.findOwnApply({
      runId: reading.id,
      key: state.request.key,
      ...(reading.confirmedBy !== undefined && { confirmedBy: reading.confirmedBy }),
    });
    if (!(await ask(state.inbox, step)).isOurs) return state.apply.confirmedBy('somebody-else');
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    state.warn(
      `TFE does not tell whose apply this is (${error.cause?.message ?? error.message}): it counts as another's`,
    );
    return state.apply.confirmedBy('somebody-else');
  }
  state.apply.confirmedBy('us');
  state.warn(
    'this request sent the apply before it was reset: who approved it stands in the execution before the reset, and in the comment of the apply in TFE',
  );
}
