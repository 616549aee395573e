import { absent, notNow, Rejection } from '../rejection.ts';
import { newId } from '../ids.ts';
import type { TransitionsDeps } from './transitions.ts';
import type { WorkDirDeps } from '../engine/work-dir.ts';
import type { Store } from '../store/store.ts';
import type { Settings } from '../settings.ts';
import type { RunEngine } from '../engine/run-engine.ts';
import type { RunRecord } from './run-record.ts';
import { isFinal } from './run-statuses.ts';
import { addRunEvent, enter } from './transitions.ts';
import { removeWorkDir } from '../engine/work-dir.ts';

export interface ActionsDeps extends TransitionsDeps, WorkDirDeps {
  store: Store;
  settings: Settings;
  now: () => number;
  timestamp: () => string;
  engine: RunEngine;
}

/** What anybody with the permission could do to the run now: TFE's `actions`. */
export function actionsOf(run: RunRecord, nowMs: number): Record<string, boolean> {
  const atRest = run.awaiting !== null;
  const cancelAsked = run.canceledAt !== null;
  const forceAt = run.forceCancelAvailableAt;
  return {
    'is-cancelable': !isFinal(run.status) && !atRest && !cancelAsked,
    'is-confirmable': run.awaiting === 'confirmation',
    'is-discardable': atRest,
    'is-force-cancelable': !isFinal(run.status) && cancelAsked && forceAt !== null && nowMs >= Date.parse(forceAt),
  };
}

export type RunAction = 'confirm' | 'discard' | 'cancel' | 'force-cancel' | 'force-execute';

/** One person's act on a run. Throws TFE's refusal when the run is not in a state for it. */
export type Act = (deps: ActionsDeps, run: RunRecord, by: { userId: string; comment: string | undefined }) => void;

const confirm: Act = (deps, run, { userId, comment }) => {
  if (run.awaiting !== 'confirmation') throw notNow();
  deps.store.transaction(() => {
    if (comment !== undefined) addComment(deps, run.id, userId, comment);
    enter(deps, run.id, 'confirmed', { confirmedBy: userId, by: userId });
  });
  deps.engine.applyConfirmed(run.id);
};

const discard: Act = (deps, run, { userId, comment }) => {
  if (run.awaiting === null && run.status !== 'pending') throw notNow();
  deps.store.transaction(() => {
    if (comment !== undefined) addComment(deps, run.id, userId, comment);
    enter(deps, run.id, 'discarded', { by: userId });
  });
  afterFinal(deps, run);
};

const cancel: Act = (deps, run, { userId, comment }) => {
  if (!actionsOf(run, deps.now())['is-cancelable']) throw notNow();
  const nowMs = deps.now();
  deps.store.transaction(() => {
    if (comment !== undefined) addComment(deps, run.id, userId, comment);
    deps.store.runs.update(run.id, {
      canceledBy: userId,
      canceledAt: deps.timestamp(),
      forceCancelAvailableAt: new Date(nowMs + deps.settings.forceCancelAfterMs).toISOString(),
    });
    addRunEvent(deps, run.id, { action: 'cancel_requested', userId });
  });
  if (deps.engine.interrupt(run.id)) return;
  enter(deps, run.id, 'canceled', { by: userId });
  afterFinal(deps, run);
};

const forceCancel: Act = (deps, run, { userId, comment }) => {
  if (!actionsOf(run, deps.now())['is-force-cancelable']) throw notNow();
  deps.store.transaction(() => {
    if (comment !== undefined) addComment(deps, run.id, userId, comment);
    // The run ends and the workspace is free at once; what terraform did until then may be missing in the state.
    enter(deps, run.id, 'canceled', {
      forceCanceled: true,
      by: userId,
      statusTimestamps: { ...run.statusTimestamps, 'force-canceled-at': deps.timestamp() },
    });
  });
  deps.engine.kill(run.id);
  deps.engine.tick(run.workspaceId);
};

const forceExecute: Act = (deps, run, { userId }) => {
  const { lockedBy } = deps.store.workspaces.require(run.workspaceId);
  if (run.status !== 'pending' || !lockedBy)
    throw new Rejection('forbidden', 'The run is not pending, or the workspace is not locked.');
  const holder = lockedBy.type === 'runs' ? deps.store.runs.require(lockedBy.id) : undefined;
  if (!holder || holder.id === run.id || holder.awaiting === null) {
    throw new Rejection('conflict', 'The run that holds the workspace cannot be discarded.');
  }
  deps.store.transaction(() => {
    const queue = deps.store.runs.select({ scope: run.workspaceId, statuses: ['pending'], order: 'oldest' });
    const earlier = queue
      .slice(
        0,
        queue.findIndex((other) => other.id === run.id),
      )
      .filter((other) => !other.planOnly);
    for (const other of [holder, ...earlier]) enter(deps, other.id, 'discarded', { by: userId });
  });
  afterFinal(deps, holder);
};

const ACTS: Record<RunAction, Act> = {
  confirm,
  discard,
  cancel,
  'force-cancel': forceCancel,
  'force-execute': forceExecute,
};

export function act(
  deps: ActionsDeps,
  action: RunAction,
  runId: string,
  by: { userId: string; comment: string | undefined },
): void {
  const run = deps.store.runs.get(runId);
  if (!run) throw absent('run');
  ACTS[action](deps, run, by);
}

function afterFinal(deps: ActionsDeps, run: RunRecord): void {
  removeWorkDir(deps, run);
  deps.engine.tick(run.workspaceId);
}

export function addComment(deps: ActionsDeps, runId: string, userId: string, body: string): string {
  const comment = { id: newId('wsc'), runId, userId, body, createdAt: deps.timestamp() };
  deps.store.comments.insert(comment);
  addRunEvent(deps, runId, { action: 'commented', userId, commentId: comment.id });
  return comment.id;
}
