import { isEmptyAndConfirmable } from '@runwright/client/domain';
import { nextStep } from '../domain/next-step.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil, type Wait } from './inbox/look-until.ts';
import { endEarlierLives, endOtherRuns } from './other-runs.ts';
import { readUnless } from './inbox/read-unless.ts';
import type { RunState } from './state/run-state.ts';

/** Waits until the run is planned, in as many turns as it takes: queued, planning, or about to end without changes. */
export async function awaitPlanned(context: RequestContext): Promise<void> {
  const { state } = context;
  if (state.runPhase === 'queued') return await awaitPlanning(context);
  if (isEmptyAndConfirmable(state.reading)) return await awaitEmptyEnd(context);
  await lookUntil(context, {
    over: () => isElsewhere(state) || isEmptyAndConfirmable(state.reading),
    pace: 'working',
    waitingFor: 'the plan to finish',
    ...quietOf(state),
    mayContinueAsNew: true,
  });
}

const isElsewhere = ({ facts }: RunState): boolean => nextStep(facts).kind !== 'plan';

// A phase deadline starts when we see the phase begin, so then no phase is skipped.
function quietOf({ request: { deadlines } }: RunState): { quiet?: true } {
  return deadlines.queueMs === undefined && deadlines.planMs === undefined ? { quiet: true } : {};
}

/** TFE itself ends a run without changes within a moment. If it lets the run rest instead, people decide on it. */
async function awaitEmptyEnd(context: RequestContext): Promise<void> {
  const { state } = context;
  const isOver = (): boolean => isElsewhere(state) || !isEmptyAndConfirmable(state.reading);
  const ended = await lookUntil(context, {
    over: isOver,
    pace: 'working',
    look: 'closely',
    waitingFor: 'TFE to finish a run that changes nothing',
    deadlineAtMs: Date.now() + state.request.timing.actionSettlesMs,
    deadlineSummary: 'TFE lets a run without changes rest',
  });
  if (ended === 'deadline') await readUnless(context, isOver);
  if (!isOver()) state.letRestEmpty();
}

// All requests share a list budget of 30 a minute, so during hours in the queue we list only a few times.
const SLOWEST_LOOK_UP_MS = 15 * 60_000;

/**
 * Waits until TFE starts the plan. After a doubt, the run may be queued behind a second run of this very request, which
 * waits for people for ever. So we look for such a run again and again, and double the pause each time. Without a
 * doubt, we look only when an earlier life of this request is seen to hold the workspace.
 */
async function awaitPlanning(context: RequestContext): Promise<void> {
  const { state } = context;
  const isOver = (): boolean => isElsewhere(state) || state.runPhase !== 'queued';
  const wait: Wait = {
    over: isOver,
    pace: 'working',
    waitingFor: 'TFE to start the plan',
    ...quietOf(state),
    mayContinueAsNew: true,
  };
  let pauseMs = state.request.timing.commitWindowMs;
  while (!isOver()) {
    if (!state.data.doubted) {
      await lookUntil(context, {
        ...wait,
        over: () => isOver() || state.data.doubted === true || hasEarlierLife(state),
      });
    } else {
      const deadlineSummary = 'look for a second run of this request';
      const look = { deadlineAtMs: Date.now() + pauseMs, deadlineSummary };
      await lookUntil(context, { ...wait, ...look, over: () => isOver() || hasEarlierLife(state) });
      pauseMs = Math.min(2 * pauseMs, SLOWEST_LOOK_UP_MS);
    }
    if (isOver()) return;
    await endWhatHoldsUs(context, isOver);
  }
}

const hasEarlierLife = ({ data }: RunState): boolean => data.heldByEarlierLife !== undefined;

async function endWhatHoldsUs(context: RequestContext, isOver: () => boolean): Promise<void> {
  const { state } = context;
  const { heldByEarlierLife } = state.data;
  if (heldByEarlierLife !== undefined) {
    await endEarlierLives(context, [heldByEarlierLife], isOver);
    return state.holdsNoMore();
  }
  // After a refusal we look for other runs again later.
  const { kind: looked } = await endOtherRuns(context, { isDue: isOver, patience: 'until-refused' });
  if (looked === 'refused') state.note({ blocker: undefined });
}
