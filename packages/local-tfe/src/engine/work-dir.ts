import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VariablesDeps } from '../variable/variables-for-terraform.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Settings } from '../settings.ts';
import type { RunRecord } from '../run/run-record.ts';
import { safePath } from '../configuration-version/archive-entries.ts';
import { unpackArchive } from '../configuration-version/unpack.ts';
import { runVariablesFile, workspaceVariables } from '../variable/variables-for-terraform.ts';

export interface WorkDirDeps extends VariablesDeps {
  store: Store;
  blobs: Blobs;
  workRoot: string;
  settings: Settings;
}

export interface WorkDir {
  /** The root module, state and variables in it. */
  directory: string;
  scratch: string;
  /** The workspace's `env` variables. */
  environment: Record<string, string>;
}

export const runRoot = (deps: WorkDirDeps, run: Pick<RunRecord, 'id' | 'workspaceId'>): string =>
  join(deps.workRoot, run.workspaceId, run.id);

/** Unpacks the run's configuration and lays variables beside it: both are as they were when the run started. */
export async function prepareWorkDir(deps: WorkDirDeps, run: RunRecord): Promise<WorkDir> {
  const root = runRoot(deps, run);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true, mode: 0o700 });
  const archive = deps.blobs.path('archive', run.configurationVersionId);
  await unpackArchive(archive, join(root, 'configuration'), deps.settings);
  const work = openWorkDir(deps, run);
  if (!existsSync(work.directory) || !statSync(work.directory).isDirectory()) {
    throw new WorkDirError('the working directory of the workspace is not in the configuration');
  }
  const { terraform, environment } = workspaceVariables(deps, run.workspaceId);
  // Last in the alphabet: TFE's values win over the *.auto.tfvars of the configuration, the run's over the workspace's.
  const files = { 'zzy_workspace.auto.tfvars': terraform, 'zzz_run.auto.tfvars': runVariablesFile(run.variables) };
  for (const [name, content] of Object.entries(files)) {
    if (content !== '') writeFileSync(join(work.directory, name), content, { mode: 0o600 });
  }
  return { ...work, environment };
}

/** The working directory that the plan left behind. */
export function openWorkDir(deps: WorkDirDeps, run: RunRecord): WorkDir {
  const root = runRoot(deps, run);
  const workspace = deps.store.workspaces.require(run.workspaceId);
  const inside = safePath(String(workspace.attributes['working-directory'] ?? '').replace(/^\/+/, '')) ?? '';
  return {
    directory: join(root, 'configuration', inside),
    scratch: root,
    environment: workspaceVariables(deps, run.workspaceId).environment,
  };
}

/** Lays the workspace's current state where terraform looks for it. */
export function placeState(deps: WorkDirDeps, run: RunRecord, work: WorkDir): void {
  const file = join(work.directory, 'terraform.tfstate');
  const current = deps.store.workspaces.require(run.workspaceId).currentStateVersionId;
  const state = current === null ? undefined : deps.blobs.read('state', current);
  if (state) writeFileSync(file, state, { mode: 0o600 });
  else rmSync(file, { force: true });
}

export function removeWorkDir(deps: WorkDirDeps, run: RunRecord): void {
  rmSync(runRoot(deps, run), { recursive: true, force: true });
}

export class WorkDirError extends Error {
  override readonly name = 'WorkDirError';
}
