import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogsDeps } from './logs.ts';
import type { ProcessUploadDeps } from '../configuration-version/process-upload.ts';
import type { StateDeps } from '../state/save-state.ts';
import type { WorkDirDeps } from './work-dir.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { Continuation } from './run-engine.ts';
import { endLog } from './logs.ts';
import { processUpload } from '../configuration-version/process-upload.ts';
import { saveState } from '../state/save-state.ts';
import { NON_FINAL_STATUSES } from '../run/run-statuses.ts';
import type { RunStatus } from '../run/run-statuses.ts';
import { enter } from '../run/transitions.ts';
import { openWorkDir, removeWorkDir } from './work-dir.ts';

export interface RecoverDeps extends LogsDeps, ProcessUploadDeps, StateDeps, WorkDirDeps {
  store: Store;
  blobs: Blobs;
  engine: RunEngine;
  onError: (error: unknown) => void;
}

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
export function recover(deps: RecoverDeps): void {
  for (const version of deps.store.configurationVersions.select({ status: 'pending' })) {
    if (deps.blobs.has('archive', version.id)) void processUpload(deps, version.id).catch(deps.onError);
  }
  const unfinished = deps.store.runs.select({ statuses: NON_FINAL_STATUSES, order: 'oldest' });
  const orphans = unfinished.length === 0 ? new Map<string, number[]>() : findOrphans();
  for (const run of unfinished) {
    if (run.awaiting !== null || run.status === 'pending' || run.status === 'confirmed') continue;
    const goesOn = continuationOf(deps, run);
    if (goesOn !== undefined) deps.engine.goOn(run.id, goesOn);
    else {
      for (const pid of orphans.get(run.id) ?? []) kill(pid);
      end(deps, run);
    }
  }
  for (const id of new Set(unfinished.map(({ workspaceId }) => workspaceId))) deps.engine.tick(id);
}

function continuationOf(deps: RecoverDeps, run: RunRecord): Continuation | undefined {
  const isApplied = deps.store.applies.require(run.applyId).status === 'finished';
  if (isApplied) return 'after-apply'; // canceled or not: the infrastructure is changed
  return run.canceledAt === null ? GOES_ON[run.status] : undefined;
}

const INTERRUPTED = 'the server stopped while the run was under way';

function end(deps: RecoverDeps, run: RunRecord): void {
  if (run.status === 'applying') {
    endLog(deps, run.applyId);
    rescueState(deps, run);
  }
  if (run.status === 'planning') endLog(deps, run.planId);
  enter(deps, run.id, run.canceledAt === null ? 'errored' : 'canceled', { errorText: INTERRUPTED });
  removeWorkDir(deps, run);
}

/** What the interrupted apply had written of the state is what is known of the infrastructure. */
function rescueState(deps: RecoverDeps, run: RunRecord): void {
  try {
    const state = readFileSync(join(openWorkDir(deps, run).directory, 'terraform.tfstate'));
    const version = saveState(deps, { workspaceId: run.workspaceId, runId: run.id, userId: run.createdBy, state });
    if (version) deps.store.applies.update(run.applyId, { stateVersionIds: [version.id] });
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
