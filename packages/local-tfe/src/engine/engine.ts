import { createCapacity } from './capacity.ts';
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
import { ActiveRuns } from './active-runs.ts';
import type { Phase } from './active-runs.ts';
import { BESIDE_QUEUE, IN_QUEUE } from '../run/run-conditions.ts';
import type { Continuation, RunEngine } from './run-engine.ts';
import { enter } from '../run/transitions.ts';
import type { ApplyPhaseDeps } from './apply-phase.ts';
import type { PlanPhaseDeps } from './plan-phase.ts';
import type { ActiveRunsDeps } from './active-runs.ts';
import type { Store } from '../store/store.ts';
import type { Settings } from '../settings.ts';
import type { RunRecord } from '../run/run-record.ts';

export interface EngineDeps extends ApplyPhaseDeps, PlanPhaseDeps, ActiveRunsDeps {
  store: Store;
  settings: Settings;
}

const CONTINUATIONS: Record<Continuation, Phase<EngineDeps>> = {
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
};

/** ActiveRuns runs: one holder per workspace, plan-only and saved-plan runs beside it. */
export function createEngine(deps: EngineDeps): RunEngine {
  const drives = new ActiveRuns(deps, (run) => tick(run.workspaceId));
  const tick = (workspaceId: string): void => {
    if (!drives.closed) startWhatMay(deps, drives, workspaceId);
  };
  const applyConfirmed = (runId: string): void =>
    drives.afterPhase(runId, () => {
      const run = deps.store.runs.get(runId);
      if (run) tick(run.workspaceId);
    });
  return {
    capacity: createCapacity(deps.settings.concurrency),
    tick,
    applyConfirmed,
    goOn: (runId, from) => drives.afterPhase(runId, () => drives.start(runId, CONTINUATIONS[from])),
    confirmByItself(runId) {
      enter(deps, runId, 'confirmed');
      applyConfirmed(runId);
    },
    interrupt: (runId) => drives.interrupt(runId, 'the run was canceled'),
    kill(runId) {
      drives.interrupt(runId, 'the run was canceled by force');
      drives.kill(runId);
    },
    stateChanged(workspaceId, byRunId) {
      const saved = deps.store.runs.select({ scope: workspaceId, statuses: ['planned_and_saved'] });
      for (const run of saved) if (run.id !== byRunId) enter(deps, run.id, 'discarded');
    },
    close: () => drives.close(),
  };
}

/** Of a workspace: the runs beside the queue, the next of the queue, and what was confirmed. */
function startWhatMay(deps: EngineDeps, drives: ActiveRuns<EngineDeps>, workspaceId: string): void {
  const pending = { scope: workspaceId, status: 'pending', order: 'oldest' } as const;
  for (const run of deps.store.runs.select({ ...pending, conditions: [BESIDE_QUEUE] })) {
    if (!drives.has(run.id)) drives.start(run.id, planPhase);
  }
  const next = deps.store.runs.first({ ...pending, conditions: [IN_QUEUE] });
  if (next && !drives.has(next.id) && hold(deps, next)) drives.start(next.id, planPhase);
  const confirmed = deps.store.runs.select({ scope: workspaceId, statuses: ['confirmed'], order: 'oldest' });
  for (const run of confirmed) {
    if (!drives.has(run.id) && hold(deps, run)) drives.start(run.id, applyPhase);
  }
}

/** Takes the workspace for the run; false when somebody else has it. */
function hold(deps: EngineDeps, run: RunRecord): boolean {
  return deps.store.transaction(() => {
    const workspace = deps.store.workspaces.require(run.workspaceId);
    if (workspace.lockedBy) return workspace.lockedBy.type === 'runs' && workspace.lockedBy.id === run.id;
    deps.store.workspaces.update(workspace.id, { lockedBy: { type: 'runs', id: run.id }, currentRunId: run.id });
    return true;
  });
}
