import { newId } from '../ids.ts';
import type { Store } from '../store/store.ts';
import type { RunSignals } from './run-signals.ts';
import type { Journal } from '../control/journal.ts';
import type { PhaseRecord, PhaseStatus } from '../plan-and-apply/phase-record.ts';
import type { RunRecord } from './run-record.ts';
import { isFinal, timestampKey } from './run-statuses.ts';
import type { RunStatus } from './run-statuses.ts';

export interface TransitionsDeps {
  store: Store;
  timestamp: () => string;
  signals: RunSignals;
  journal: Journal;
}

/** Moves a run to a status: stamped, written to its events, told to who listens. A final run lets go of its workspace. */
export function enter(
  deps: TransitionsDeps,
  runId: string,
  status: RunStatus,
  change: Partial<RunRecord> & { by?: string } = {},
): RunRecord {
  const { by, ...rest } = change;
  const at = deps.timestamp();
  const before = deps.store.runs.require(runId);
  // A force-cancel ended it while terraform was still answering: what is final stays.
  if (isFinal(before.status)) return before;
  const run = deps.store.transaction(() => {
    const after = deps.store.runs.update(runId, {
      awaiting: null,
      ...rest,
      status,
      statusTimestamps: { ...before.statusTimestamps, ...rest.statusTimestamps, [timestampKey(status)]: at },
    });
    addRunEvent(deps, runId, { action: status, userId: by ?? null });
    if (isFinal(status)) settle(deps, after);
    return after;
  });
  deps.journal.note({ kind: 'run-status', runId, status, by: by ?? null });
  deps.signals.emit(run);
  return run;
}

/** Changes what a run at rest waits for, without a new status. */
export function rest(deps: TransitionsDeps, runId: string, awaiting: 'confirmation' | 'override'): RunRecord {
  const run = deps.store.runs.update(runId, { awaiting });
  deps.signals.emit(run);
  return run;
}

export function addRunEvent(
  deps: TransitionsDeps,
  runId: string,
  event: { action: string; userId: string | null; commentId?: string; description?: string },
): void {
  deps.store.runEvents.insert({
    id: newId('re'),
    runId,
    action: event.action,
    description: event.description ?? null,
    userId: event.userId,
    commentId: event.commentId ?? null,
    createdAt: deps.timestamp(),
  });
}

export function movePlan(
  deps: TransitionsDeps,
  run: RunRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord> = {},
): void {
  const plan = deps.store.plans.require(run.planId);
  deps.store.plans.update(plan.id, stamped(deps, plan, status, change));
}

export function moveApply(
  deps: TransitionsDeps,
  run: RunRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord> = {},
): void {
  const apply = deps.store.applies.require(run.applyId);
  deps.store.applies.update(apply.id, stamped(deps, apply, status, change));
}

function stamped(
  deps: TransitionsDeps,
  phase: PhaseRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord>,
): Partial<PhaseRecord> {
  const statusTimestamps = {
    ...phase.statusTimestamps,
    [timestampKey(status === 'running' ? 'started' : status)]: deps.timestamp(),
  };
  return { ...change, status, statusTimestamps };
}

const UNSETTLED: readonly PhaseStatus[] = ['pending', 'queued', 'running'];

/** What will not run any more is unreachable; what was under way ended with the run. */
function settle(deps: TransitionsDeps, run: RunRecord): void {
  const ended = run.status === 'errored' ? 'errored' : 'canceled';
  const plan = deps.store.plans.require(run.planId);
  const apply = deps.store.applies.require(run.applyId);
  if (UNSETTLED.includes(plan.status)) movePlan(deps, run, plan.status === 'pending' ? 'unreachable' : ended);
  if (UNSETTLED.includes(apply.status)) moveApply(deps, run, apply.status === 'pending' ? 'unreachable' : ended);
  settleChecks(deps, run);
  const workspace = deps.store.workspaces.require(run.workspaceId);
  if (workspace.lockedBy?.type === 'runs' && workspace.lockedBy.id === run.id) {
    deps.store.workspaces.update(workspace.id, { lockedBy: null, lockReason: null });
  }
}

function settleChecks({ store }: TransitionsDeps, run: RunRecord): void {
  for (const estimate of store.costEstimates.select({ scope: run.id })) {
    if (estimate.status === 'pending') store.costEstimates.update(estimate.id, { status: 'unreachable' });
    if (estimate.status === 'queued') store.costEstimates.update(estimate.id, { status: 'canceled' });
  }
  for (const check of store.policyChecks.select({ scope: run.id })) {
    if (check.status === 'pending') store.policyChecks.update(check.id, { status: 'unreachable' });
    if (check.status === 'queued') store.policyChecks.update(check.id, { status: 'canceled' });
  }
  for (const stage of store.taskStages.select({ scope: run.id })) {
    if (stage.status === 'pending') store.taskStages.update(stage.id, { status: 'unreachable' });
    if (stage.status === 'running') store.taskStages.update(stage.id, { status: 'canceled' });
  }
}
