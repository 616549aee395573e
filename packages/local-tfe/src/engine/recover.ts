import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Services } from '../services.ts';
import type { RunRecord } from '../store/records.ts';
import type { Continuation } from './engine.ts';
import { endLog } from './logs.ts';
import { processUpload } from './process-upload.ts';
import { saveState } from './state.ts';
import { NON_FINAL_STATUSES } from './statuses.ts';
import type { RunStatus } from './statuses.ts';
import { enter } from './transitions.ts';
import { openWorkDir, removeWorkDir } from './work-dir.ts';

/** What TFE's jobs do is done again after a restart; only a terraform process cannot be taken up where it was. */
const GOES_ON: Partial<Record<RunStatus, Continuation>> = {
  fetching: 'start',
  fetching_completed: 'start',
  pre_plan_running: 'tasks-before-plan',
  pre_plan_awaiting_decision: 'tasks-before-plan',
  pre_plan_completed: 'plan',
  queuing: 'plan',
  plan_queued: 'plan',
  planned: 'after-plan',
  post_plan_running: 'after-plan',
  post_plan_awaiting_decision: 'after-plan',
  post_plan_completed: 'checks',
  cost_estimating: 'checks',
  cost_estimated: 'policies',
  policy_checking: 'policies',
  policy_override: 'policies',
  policy_checked: 'decision',
  planned_and_saved: 'decision',
  pre_apply_running: 'tasks-before-apply',
  pre_apply_awaiting_decision: 'tasks-before-apply',
  pre_apply_completed: 'apply',
  queuing_apply: 'apply',
  apply_queued: 'apply',
  post_apply_running: 'after-apply',
  post_apply_completed: 'after-apply',
};

/**
 * After a restart: a plan or apply that was under way ended with the server, as TFE ends it; what waits for a person, for its
 * turn or for a check goes on; uploads that were received are processed.
 */
export function recover(services: Services): void {
  for (const version of services.store.configurationVersions.select({ status: 'pending' })) {
    if (services.blobs.has('archive', version.id)) void processUpload(services, version.id).catch(services.onError);
  }
  const unfinished = services.store.runs.select({ statuses: NON_FINAL_STATUSES, order: 'oldest' });
  const orphans = unfinished.length === 0 ? new Map<string, number[]>() : findOrphans();
  for (const run of unfinished) {
    if (run.awaiting !== null || run.status === 'pending' || run.status === 'confirmed') continue;
    const goesOn = continuationOf(services, run);
    if (goesOn !== undefined) services.engine.goOn(run.id, goesOn);
    else {
      for (const pid of orphans.get(run.id) ?? []) kill(pid);
      end(services, run);
    }
  }
  for (const id of new Set(unfinished.map(({ workspaceId }) => workspaceId))) services.engine.tick(id);
}

function continuationOf(services: Services, run: RunRecord): Continuation | undefined {
  const isApplied = services.store.applies.require(run.applyId).status === 'finished';
  if (isApplied) return 'after-apply'; // canceled or not: the infrastructure is changed
  return run.canceledAt === null ? GOES_ON[run.status] : undefined;
}

const INTERRUPTED = 'the server stopped while the run was under way';

function end(services: Services, run: RunRecord): void {
  if (run.status === 'applying') {
    endLog(services, run.applyId);
    rescueState(services, run);
  }
  if (run.status === 'planning') endLog(services, run.planId);
  enter(services, run.id, run.canceledAt === null ? 'errored' : 'canceled', { errorText: INTERRUPTED });
  removeWorkDir(services, run);
}

/** What the interrupted apply had written of the state is what is known of the infrastructure. */
function rescueState(services: Services, run: RunRecord): void {
  try {
    const state = readFileSync(join(openWorkDir(services, run).directory, 'terraform.tfstate'));
    const version = saveState(services, { workspaceId: run.workspaceId, runId: run.id, userId: run.createdBy, state });
    if (version) services.store.applies.update(run.applyId, { stateVersionIds: [version.id] });
  } catch {
    // No state, or half a one: the last state version stays current.
  }
}

/** Terraform outlives a server that was killed. Where the system lets us look, its children are found by their environment. */
function findOrphans(): Map<string, number[]> {
  const found = new Map<string, number[]>();
  let processes: string[];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return found; // not Linux
  }
  for (const pid of processes) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      const runId = /(?:^|\0)RUNWRIGHT_LOCAL_TFE_RUN=([^\0]+)/.exec(environment)?.[1];
      if (runId !== undefined) found.set(runId, [...(found.get(runId) ?? []), Number(pid)]);
    } catch {
      // Not ours, or gone.
    }
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
