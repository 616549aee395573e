import { setTimeout as delay } from 'node:timers/promises';
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
import { BESIDE_QUEUE, IN_QUEUE } from './queue.ts';
import { drivenRun } from './run-driver.ts';
import type { Driven } from './run-driver.ts';
import { isFinal } from './statuses.ts';
import { enter } from './transitions.ts';
import { removeWorkDir } from './work-dir.ts';
import type { Services } from '../services.ts';
import { isDiskFull } from '../store/disk-full.ts';
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

interface Active {
  interrupt: AbortController;
  kill: AbortController;
  done: Promise<void>;
}

// On close terraform gets this long to stop by itself and write its state; then it is killed.
const CLOSE_GRACE_MS = 5_000;
const FULL_DISK_PAUSE_MS = 1_000;

/** Drives runs: one holder per workspace, plan-only and saved-plan runs beside it. */
export function createEngine(services: Services): Engine {
  const active = new Map<string, Active>();
  const capacity = createCapacity(services.settings.concurrency);
  let closed = false;

  function drive(runId: string, phase: (driven: Driven) => Promise<void>): void {
    if (closed) return;
    const interrupt = new AbortController();
    const kill = new AbortController();
    const driven = drivenRun(services, runId, { interrupt: interrupt.signal, kill: kill.signal });
    // A turn later: a phase that ends without waiting must find itself in `active`.
    const done = Promise.resolve()
      .then(() => phase(driven))
      .catch((error: unknown) => whenThereIsSpace(() => broken(runId, interrupt.signal, error)))
      .finally(() => active.delete(runId))
      .then(() => {
        const run = services.store.runs.get(runId);
        if (!run || !isFinal(run.status)) return;
        removeWorkDir(services, run);
        tick(run.workspaceId);
      })
      .catch(services.onError); // nobody awaits it: an error here would end the process
    active.set(runId, { interrupt, kill, done });
  }

  /** The phase was broken off: by a cancel, by our own end, or by a fault of this server. */
  function broken(runId: string, interrupt: AbortSignal, error: unknown): void {
    const run = services.store.runs.get(runId);
    if (closed || !run || isFinal(run.status)) return;
    if (interrupt.aborted) {
      enter(services, runId, 'canceled');
      return;
    }
    const message = error instanceof Error ? error.message : 'internal error';
    enter(services, runId, 'errored', { errorText: message });
  }

  /** A run whose end cannot be written for want of space would hold its workspace until the next restart. */
  async function whenThereIsSpace(write: () => void): Promise<void> {
    for (;;) {
      try {
        return write();
      } catch (error) {
        if (closed || !isDiskFull(error)) throw error;
        services.onError(error);
        await delay(FULL_DISK_PAUSE_MS);
      }
    }
  }

  function tick(workspaceId: string): void {
    if (closed) return;
    const pending = { scope: workspaceId, status: 'pending', order: 'oldest' } as const;
    for (const run of services.store.runs.select({ ...pending, conditions: [BESIDE_QUEUE] })) {
      if (!active.has(run.id)) drive(run.id, planPhase);
    }
    const next = services.store.runs.first({ ...pending, conditions: [IN_QUEUE] });
    if (next && !active.has(next.id) && hold(next)) drive(next.id, planPhase);
    const confirmed = services.store.runs.select({ scope: workspaceId, statuses: ['confirmed'], order: 'oldest' });
    for (const run of confirmed) if (!active.has(run.id) && hold(run)) drive(run.id, applyPhase);
  }

  /** Takes the workspace for the run; false when somebody else has it. */
  function hold(run: RunRecord): boolean {
    return services.store.transaction(() => {
      const workspace = services.store.workspaces.require(run.workspaceId);
      if (workspace.lockedBy) return workspace.lockedBy.type === 'runs' && workspace.lockedBy.id === run.id;
      services.store.workspaces.update(workspace.id, { lockedBy: { type: 'runs', id: run.id }, currentRunId: run.id });
      return true;
    });
  }

  // The phase that rested may not have left `active` yet: it does before the next turn of the event loop.
  function driveNext(runId: string, phase: (driven: Driven) => Promise<void>): void {
    const before = active.get(runId)?.done ?? Promise.resolve();
    void before.then(() => drive(runId, phase));
  }

  return {
    capacity,
    tick,
    applyConfirmed(runId) {
      const before = active.get(runId)?.done ?? Promise.resolve();
      void before.then(() => {
        const run = services.store.runs.get(runId);
        if (run && !closed) tick(run.workspaceId);
      });
    },
    goOn: (runId, from) => driveNext(runId, CONTINUATIONS[from]),
    confirmByItself(runId) {
      enter(services, runId, 'confirmed');
      this.applyConfirmed(runId);
    },
    interrupt(runId) {
      const run = active.get(runId);
      run?.interrupt.abort(new Error('the run was canceled'));
      return run !== undefined;
    },
    kill(runId) {
      active.get(runId)?.interrupt.abort(new Error('the run was canceled by force'));
      active.get(runId)?.kill.abort();
    },
    stateChanged(workspaceId, byRunId) {
      const saved = services.store.runs.select({ scope: workspaceId, statuses: ['planned_and_saved'] });
      for (const run of saved) if (run.id !== byRunId) enter(services, run.id, 'discarded');
    },
    async close() {
      closed = true;
      for (const run of active.values()) run.interrupt.abort(new Error('the server closes'));
      const timer = setTimeout(() => {
        for (const run of active.values()) run.kill.abort();
      }, CLOSE_GRACE_MS);
      await Promise.all([...active.values()].map((run) => run.done));
      clearTimeout(timer);
    },
  };
}
