import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Services } from '../services.ts';
import type { RunRecord } from '../store/records.ts';
import { endLog } from './logs.ts';
import { processUpload } from './process-upload.ts';
import { saveState } from './state.ts';
import { NON_FINAL_STATUSES } from './statuses.ts';
import { enter } from './transitions.ts';
import { openWorkDir, removeWorkDir } from './work-dir.ts';

/**
 * After a restart: runs that were under way ended with the server, as TFE ends them; what waits for a person or for its turn
 * goes on; uploads that were received are processed.
 */
export function recover(services: Services): void {
  for (const version of services.store.configurationVersions.select({ statuses: ['pending'] })) {
    if (services.blobs.has('archive', version.id)) void processUpload(services, version.id).catch(services.onError);
  }
  const workspaces = new Set<string>();
  for (const run of services.store.runs.select({ statuses: NON_FINAL_STATUSES, order: 'oldest' })) {
    workspaces.add(run.workspaceId);
    if (run.status !== 'pending' && run.status !== 'confirmed' && run.awaiting === null) end(services, run);
  }
  for (const id of workspaces) services.engine.tick(id);
}

const INTERRUPTED = 'the server stopped while the run was under way';

function end(services: Services, run: RunRecord): void {
  killOrphans(run.id);
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
function killOrphans(runId: string): void {
  let processes: string[];
  try {
    processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return; // not Linux
  }
  for (const pid of processes) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (environment.includes(`RUNWRIGHT_LOCAL_TFE_RUN=${runId}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Not ours, or gone.
    }
  }
}
