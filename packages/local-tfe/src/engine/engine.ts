import { createCapacity } from './capacity.ts';
import type { Capacity } from './capacity.ts';
import { afterApply, applyFromQueue, applyPhase } from './apply-phase.ts';
import {
  afterPlan,
  checksPhase,
  decide,
  planFromQueue,
  planPhase,
  policiesPhase,
  tasksBeforePlan,
} from './plan-phase.ts';
import { Drives } from './drives.ts';
import { BESIDE_QUEUE, IN_QUEUE } from './queue.ts';
import { enter } from './transitions.ts';
import type { Services } from '../services.ts';
import type { RunRecord } from '../store/records.ts';

export interface Engine {
  capacity: Capacity;
  /** A run was made, or a workspace was unlocked: start what may start. */
  tick(workspaceId: string): void;
  /** Somebody confirmed: apply. */
  applyConfirmed(runId: string): void;
  /** An override was given, or the server was started anew: go on where the run stopped. */
  goOn(runId: string, from: Continuation): void;
  confirmByItself(runId: string): void;
  /** SIGINT; false when the engine is not working on the run. */
  interrupt(runId: string): boolean;
  /** SIGKILL. */
  kill(runId: string): void;
  /** The workspace has a new state: saved plans of other runs are stale. */
  stateChanged(workspaceId: string, byRunId: string | null): void;
  close(): Promise<void>;
}

const CONTINUATIONS = {
  start: planPhase,
  'tasks-before-plan': tasksBeforePlan,
  plan: planFromQueue,
  'after-plan': afterPlan,
  checks: checksPhase,
  policies: policiesPhase,
  decision: decide,
  'tasks-before-apply': applyPhase,
  apply: applyFromQueue,
  'after-apply': afterApply,
} as const;

/** Where a run goes on after an override, or after a restart of the server. */
export type Continuation = keyof typeof CONTINUATIONS;

/** Drives runs: one holder per workspace, plan-only and saved-plan runs beside it. */
export function createEngine(services: Services): Engine {
  const drives = new Drives(services, (run) => tick(run.workspaceId));
  const tick = (workspaceId: string): void => {
    if (!drives.closed) startWhatMay(services, drives, workspaceId);
  };
  const applyConfirmed = (runId: string): void =>
    drives.afterPhase(runId, () => {
      const run = services.store.runs.get(runId);
      if (run) tick(run.workspaceId);
    });
  return {
    capacity: createCapacity(services.settings.concurrency),
    tick,
    applyConfirmed,
    goOn: (runId, from) => drives.afterPhase(runId, () => drives.start(runId, CONTINUATIONS[from])),
    confirmByItself(runId) {
      enter(services, runId, 'confirmed');
      applyConfirmed(runId);
    },
    interrupt: (runId) => drives.interrupt(runId, 'the run was canceled'),
    kill(runId) {
      drives.interrupt(runId, 'the run was canceled by force');
      drives.kill(runId);
    },
    stateChanged(workspaceId, byRunId) {
      const saved = services.store.runs.select({ scope: workspaceId, statuses: ['planned_and_saved'] });
      for (const run of saved) if (run.id !== byRunId) enter(services, run.id, 'discarded');
    },
    close: () => drives.close(),
  };
}

/** Of a workspace: the runs beside the queue, the next of the queue, and what was confirmed. */
function startWhatMay(services: Services, drives: Drives, workspaceId: string): void {
  const pending = { scope: workspaceId, status: 'pending', order: 'oldest' } as const;
  for (const run of services.store.runs.select({ ...pending, conditions: [BESIDE_QUEUE] })) {
    if (!drives.has(run.id)) drives.start(run.id, planPhase);
  }
  const next = services.store.runs.first({ ...pending, conditions: [IN_QUEUE] });
  if (next && !drives.has(next.id) && hold(services, next)) drives.start(next.id, planPhase);
  const confirmed = services.store.runs.select({ scope: workspaceId, statuses: ['confirmed'], order: 'oldest' });
  for (const run of confirmed) {
    if (!drives.has(run.id) && hold(services, run)) drives.start(run.id, applyPhase);
  }
}

/** Takes the workspace for the run; false when somebody else has it. */
function hold(services: Services, run: RunRecord): boolean {
  return services.store.transaction(() => {
    const workspace = services.store.workspaces.require(run.workspaceId);
    if (workspace.lockedBy) return workspace.lockedBy.type === 'runs' && workspace.lockedBy.id === run.id;
    services.store.workspaces.update(workspace.id, { lockedBy: { type: 'runs', id: run.id }, currentRunId: run.id });
    return true;
  });
}
