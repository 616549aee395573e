import { cancellationSignal } from '@temporalio/activity';
import type { Shut } from '../domain/gate.ts';
import type { Run } from '../tfe/resources/runs.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import { act, type ActionAnswer } from './action-activities.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { passGate } from './gate.ts';
import { openSendingWindow } from './sending-window.ts';
import { toFailure } from './to-failure.ts';

/** What holds a run and can be overridden. */
export interface Overridable {
  kind: 'policy-check' | 'task-stage';
  id: string;
}

export interface OverrideInput extends Overridable {
  runId: string;
  comment: string;
}

export const createOverrideActivities = (deps: ActivityDeps) => ({
  /** GET policy checks and task stages of the run: those that wait for an override. */
  async findOverridable({ runId }: { runId: string }): Promise<{ overridable: Overridable[] }> {
    const { tfe } = deps;
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

  /** GET run, POST override of one of them. If the run does not name it, GET its list as well. */
  async overridePolicy({ runId, comment, ...held }: OverrideInput): Promise<ActionAnswer> {
    const { tfe } = deps;
    const { kind, id } = held;
    const gate = await passGate(deps, { runId, act: 'advance', unless: (run) => whyNotOfRun(tfe, run, held) });
    if (gate.kind !== 'open') return gate;
    return act(await openSendingWindow(deps), () =>
      kind === 'policy-check' ? tfe.policyChecks.override(id) : tfe.taskStages.override(id, { comment }),
    );
  },
});

async function whyNotOfRun(tfe: ActivityDeps['tfe'], run: Run, { kind, id }: Overridable): Promise<Shut | undefined> {
  const told = kind === 'policy-check' ? run.policyCheckIds : run.taskStageIds;
  if (told?.includes(id)) return undefined;
  const list = kind === 'policy-check' ? tfe.policyChecks.listOfRun : tfe.taskStages.listOfRun;
  const items = await orNone<{ id: string }>(list(run.id, { signal: cancellationSignal() }));
  if (items.some((item) => item.id === id)) return undefined;
  return { because: 'not-of-the-run', message: `${id} is none of what holds run ${run.id}` };
}

// A server without policies or run tasks does not know these lists.
async function orNone<Item>(list: Promise<{ items: Item[] }>): Promise<Item[]> {
  try {
    return (await list).items;
  } catch (error) {
    if (error instanceof TfeError && error.kind === 'not-found') return [];
    throw error;
  }
}
