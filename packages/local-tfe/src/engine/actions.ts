import { conflict, forbidden, notFound, transitionNotAllowed } from '../http/answer.ts';
import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import type { RunRecord } from '../store/records.ts';
import { isFinal } from './statuses.ts';
import { addRunEvent, enter } from './transitions.ts';
import { removeWorkDir } from './work-dir.ts';

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
export type Act = (services: Services, run: RunRecord, by: { userId: string; comment: string | undefined }) => void;

const confirm: Act = (services, run, { userId, comment }) => {
  if (run.awaiting !== 'confirmation') throw transitionNotAllowed();
  services.store.transaction(() => {
    if (comment !== undefined) addComment(services, run.id, userId, comment);
    enter(services, run.id, 'confirmed', { confirmedBy: userId, by: userId });
  });
  services.engine.applyConfirmed(run.id);
};

const discard: Act = (services, run, { userId, comment }) => {
  if (run.awaiting === null && run.status !== 'pending') throw transitionNotAllowed();
  services.store.transaction(() => {
    if (comment !== undefined) addComment(services, run.id, userId, comment);
    enter(services, run.id, 'discarded', { by: userId });
  });
  afterFinal(services, run);
};

const cancel: Act = (services, run, { userId, comment }) => {
  if (!actionsOf(run, services.now())['is-cancelable']) throw transitionNotAllowed();
  const nowMs = services.now();
  services.store.transaction(() => {
    if (comment !== undefined) addComment(services, run.id, userId, comment);
    services.store.runs.update(run.id, {
      canceledBy: userId,
      canceledAt: services.timestamp(),
      forceCancelAvailableAt: new Date(nowMs + services.settings.forceCancelAfterMs).toISOString(),
    });
    addRunEvent(services, run.id, { action: 'cancel_requested', userId });
  });
  if (services.engine.interrupt(run.id)) return;
  enter(services, run.id, 'canceled', { by: userId });
  afterFinal(services, run);
};

const forceCancel: Act = (services, run, { userId, comment }) => {
  if (!actionsOf(run, services.now())['is-force-cancelable']) throw transitionNotAllowed();
  services.store.transaction(() => {
    if (comment !== undefined) addComment(services, run.id, userId, comment);
    // The run ends and the workspace is free at once; what terraform did until then may be missing in the state.
    enter(services, run.id, 'canceled', {
      forceCanceled: true,
      by: userId,
      statusTimestamps: { ...run.statusTimestamps, 'force-canceled-at': services.timestamp() },
    });
  });
  services.engine.kill(run.id);
  services.engine.tick(run.workspaceId);
};

const forceExecute: Act = (services, run, { userId }) => {
  const { lockedBy } = services.store.workspaces.require(run.workspaceId);
  if (run.status !== 'pending' || !lockedBy) throw forbidden('The run is not pending, or the workspace is not locked.');
  const holder = lockedBy.type === 'runs' ? services.store.runs.require(lockedBy.id) : undefined;
  if (!holder || holder.id === run.id || holder.awaiting === null) {
    throw conflict('The run that holds the workspace cannot be discarded.');
  }
  services.store.transaction(() => {
    const queue = services.store.runs.select({ scope: run.workspaceId, statuses: ['pending'], order: 'oldest' });
    const earlier = queue
      .slice(
        0,
        queue.findIndex((other) => other.id === run.id),
      )
      .filter((other) => !other.planOnly);
    for (const other of [holder, ...earlier]) enter(services, other.id, 'discarded', { by: userId });
  });
  afterFinal(services, holder);
};

const ACTS: Record<RunAction, Act> = {
  confirm,
  discard,
  cancel,
  'force-cancel': forceCancel,
  'force-execute': forceExecute,
};

export function act(
  services: Services,
  action: RunAction,
  runId: string,
  by: { userId: string; comment: string | undefined },
): void {
  const run = services.store.runs.get(runId);
  if (!run) throw notFound();
  ACTS[action](services, run, by);
}

function afterFinal(services: Services, run: RunRecord): void {
  removeWorkDir(services, run);
  services.engine.tick(run.workspaceId);
}

export function addComment(services: Services, runId: string, userId: string, body: string): string {
  const comment = { id: newId('wsc'), runId, userId, body, createdAt: services.timestamp() };
  services.store.comments.insert(comment);
  addRunEvent(services, runId, { action: 'commented', userId, commentId: comment.id });
  return comment.id;
}
