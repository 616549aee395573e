import { ActivityFailure } from '@temporalio/workflow';
import { nextStep } from '../domain/next-step.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil } from './inbox/look-until.ts';
import { askUnless } from './inbox/stand-still.ts';

const DECISION = { pace: 'people', waitingFor: 'people to decide' } as const;
const HELD = { pace: 'working', waitingFor: 'what holds the approved run' } as const;

/** Waits until people have decided, or the decision is no longer theirs. Shows them the plan before it asks them. */
export async function awaitPeople(context: RequestContext): Promise<void> {
  const { state } = context;
  const isTheirs = (): boolean => nextStep(state.facts).kind === 'people';
  const isUnseen = (): boolean => state.runPhase === 'awaiting-confirmation' && !state.data.planSeen;
  if (isUnseen()) await showPlan(context, () => !isTheirs());
  if (!isTheirs()) return;
  state.times.askPeople(state.request.deadlines.approvalMs);
  state.decisions.weighEarly();
  const { verdict } = state.decisions;
  await lookUntil(context, {
    over: () => !isTheirs() || isUnseen() || state.decisions.verdict !== verdict,
    ...(verdict === 'pending' ? DECISION : HELD),
    mayContinueAsNew: true,
  });
}

/**
 * Shows what the run would change: counts and addresses. The look that found the plan brings them, unless the run was
 * planned before we found it (a look-up, a reset, a restored backup) or the answer failed. If the server does not show
 * them after a few tries, people are told so.
 */
async function showPlan({ state, steps }: RequestContext, isDue: () => boolean): Promise<void> {
  const { reading, data } = state;
  if (data.plannedChanges !== undefined && reading.plan !== undefined) return state.showPlan({});
  try {
    const { id: runId, planId } = reading;
    const step = steps.readPlan({ runId, ...(planId !== undefined && { planId }) });
    const plan = await askUnless(state.inbox, step, isDue);
    if (plan !== 'given-up') state.showPlan(plan);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    state.warn(
      `what run ${reading.id} would change cannot be shown here (${error.cause?.message ?? error.message}): see it in TFE before you decide`,
    );
    state.showPlan({});
  }
}
