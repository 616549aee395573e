import { newId } from '../ids.ts';
import type { Services } from '../services.ts';
import type { PhaseRecord, PhaseStatus, RunRecord } from '../store/records.ts';
import { isFinal, timestampKey } from './statuses.ts';
import type { RunStatus } from './statuses.ts';

/** Moves a run to a status: stamped, written to its events, told to who listens. A final run lets go of its workspace. */
export function enter(
  services: Services,
  runId: string,
  status: RunStatus,
  change: Partial<RunRecord> & { by?: string } = {},
): RunRecord {
  const { by, ...rest } = change;
  const at = services.timestamp();
  const before = services.store.runs.require(runId);
  // A force-cancel ended it while terraform was still answering: what is final stays.
  if (isFinal(before.status)) return before;
  const run = services.store.transaction(() => {
    const after = services.store.runs.update(runId, {
      awaiting: null,
      ...rest,
      status,
      statusTimestamps: { ...before.statusTimestamps, ...rest.statusTimestamps, [timestampKey(status)]: at },
    });
    addRunEvent(services, runId, { action: status, userId: by ?? null });
    if (isFinal(status)) settle(services, after);
    return after;
  });
  services.journal.note({ kind: 'run-status', runId, status, by: by ?? null });
  services.signals.emit(run);
  return run;
}

/** Changes what a run at rest waits for, without a new status. */
export function rest(services: Services, runId: string, awaiting: 'confirmation' | 'override'): RunRecord {
  const run = services.store.runs.update(runId, { awaiting });
  services.signals.emit(run);
  return run;
}

export function addRunEvent(
  services: Services,
  runId: string,
  event: { action: string; userId: string | null; commentId?: string; description?: string },
): void {
  services.store.runEvents.insert({
    id: newId('re'),
    runId,
    action: event.action,
    description: event.description ?? null,
    userId: event.userId,
    commentId: event.commentId ?? null,
    createdAt: services.timestamp(),
  });
}

export function movePlan(
  services: Services,
  run: RunRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord> = {},
): void {
  const plan = services.store.plans.require(run.planId);
  services.store.plans.update(plan.id, stamped(services, plan, status, change));
}

export function moveApply(
  services: Services,
  run: RunRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord> = {},
): void {
  const apply = services.store.applies.require(run.applyId);
  services.store.applies.update(apply.id, stamped(services, apply, status, change));
}

function stamped(
  services: Services,
  phase: PhaseRecord,
  status: PhaseStatus,
  change: Partial<PhaseRecord>,
): Partial<PhaseRecord> {
  const statusTimestamps = {
    ...phase.statusTimestamps,
    [timestampKey(status === 'running' ? 'started' : status)]: services.timestamp(),
  };
  return { ...change, status, statusTimestamps };
}

const UNSETTLED: readonly PhaseStatus[] = ['pending', 'queued', 'running'];

/** What will not run any more is unreachable; what was under way ended with the run. */
function settle(services: Services, run: RunRecord): void {
  const ended = run.status === 'errored' ? 'errored' : 'canceled';
  const plan = services.store.plans.require(run.planId);
  const apply = services.store.applies.require(run.applyId);
  if (UNSETTLED.includes(plan.status)) movePlan(services, run, plan.status === 'pending' ? 'unreachable' : ended);
  if (UNSETTLED.includes(apply.status)) moveApply(services, run, apply.status === 'pending' ? 'unreachable' : ended);
  settleChecks(services, run);
  const workspace = services.store.workspaces.require(run.workspaceId);
  if (workspace.lockedBy?.type === 'runs' && workspace.lockedBy.id === run.id) {
    services.store.workspaces.update(workspace.id, { lockedBy: null, lockReason: null });
  }
}

function settleChecks({ store }: Services, run: RunRecord): void {
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
