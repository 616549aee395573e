import { cancellationSignal } from '@temporalio/activity';
import { TfeError } from '../tfe/tfe-error.ts';
import { act, type ActionAnswer } from './action-activities.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { openSendingWindow } from './sending-window.ts';
import { toFailure } from './to-failure.ts';

/** What holds a run and can be overridden. */
export interface Overridable {
  kind: 'policy-check' | 'task-stage';
  id: string;
}

export const createOverrideActivities = ({ tfe, attemptState }: ActivityDeps) => ({
  /** GET policy checks and task stages of the run: those that wait for an override. */
  async findOverridable({ runId }: { runId: string }): Promise<{ overridable: Overridable[] }> {
    const options = { signal: cancellationSignal() };
    try {
      const checks = await orNone(tfe.policyChecks.listOfRun(runId, options));
      const stages = await orNone(tfe.taskStages.listOfRun(runId, options));
      return {
        overridable: [
          ...checks.filter((check) => check.isOverridable).map(({ id }) => ({ kind: 'policy-check' as const, id })),
          ...stages.filter((stage) => stage.isOverridable).map(({ id }) => ({ kind: 'task-stage' as const, id })),
        ],
      };
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },

  /** POST override of one of them. */
  overridePolicy: async ({ kind, id, comment }: Overridable & { comment: string }): Promise<ActionAnswer> =>
    act(await openSendingWindow({ attemptState }), () =>
      kind === 'policy-check' ? tfe.policyChecks.override(id) : tfe.taskStages.override(id, { comment }),
    ),
});

// A server without policies or run tasks knows no such list.
async function orNone<Item>(list: Promise<{ items: Item[] }>): Promise<Item[]> {
  try {
    return (await list).items;
  } catch (error) {
    if (error instanceof TfeError && error.kind === 'not-found') return [];
    throw error;
  }
}
