import type { FailureType, RunRequest } from '@runwright/client/contract';

/**
 * What TFE says of a workspace, as far as it decides whether a request can run there. A field is absent if the server
 * does not say.
 */
export interface WorkspaceFacts {
  id: string;
  name: string;
  executionMode?: string;
  hasVcs: boolean;
  autoApply?: boolean;
  allowDestroyPlan?: boolean;
  workingDirectory?: string;
  /** TFP-AppName: read only for a workspace that applies by itself. */
  serverApp?: string;
  permissions: { queueRun?: boolean; queueApply?: boolean; queueDestroy?: boolean };
}

export interface PreflightRefusal {
  type: FailureType;
  message: string;
}

const APPLYING_MODES = new Set<RunRequest['run']['mode']>(['plan-and-apply', 'destroy', 'refresh-only']);

/** The first reason why the request cannot run in the workspace, or undefined. Checked before anything is created. */
export function preflightRefusal(request: RunRequest, workspace: WorkspaceFacts): PreflightRefusal | undefined {
  return (
    unsuitable(request, workspace) ?? permissionMissing(request, workspace) ?? noTerraformFiles(request, workspace)
  );
}

function unsuitable({ run, configuration }: RunRequest, workspace: WorkspaceFacts): PreflightRefusal | undefined {
  const where = `workspace ${workspace.name}`;
  if (workspace.executionMode === 'local') {
    return {
      type: 'workspace-unsuitable',
      message: `${where} has execution mode local, so TFE runs nothing there: set it to remote or agent`,
    };
  }
  if (workspace.hasVcs && configuration.kind === 'archive' && APPLYING_MODES.has(run.mode)) {
    return {
      type: 'workspace-unsuitable',
      message: `${where} takes its configuration from version control, so TFE accepts uploads only for plans: use mode plan-only, or configuration kind current`,
    };
  }
  // A server that is not TFE may ignore the run's `auto-apply: false`, and would then apply unapproved.
  if (workspace.autoApply === true && workspace.serverApp === undefined && APPLYING_MODES.has(run.mode)) {
    return {
      type: 'workspace-unsuitable',
      message: `${where} applies every plan by itself (auto-apply), and this server is not known to honour a run's own setting: turn auto-apply off`,
    };
  }
  if (run.mode === 'destroy' && workspace.allowDestroyPlan === false) {
    return {
      type: 'workspace-unsuitable',
      message: `${where} does not allow destroy plans: allow them in its settings (Destruction and Deletion)`,
    };
  }
  return undefined;
}

function permissionMissing({ run }: RunRequest, { name, permissions }: WorkspaceFacts): PreflightRefusal | undefined {
  const needs: [boolean | undefined, string][] = [[permissions.queueRun, 'queue runs (Plan)']];
  if (APPLYING_MODES.has(run.mode)) needs.push([permissions.queueApply, 'apply runs (Apply)']);
  if (run.mode === 'destroy') needs.push([permissions.queueDestroy, 'queue destroy runs']);
  const missing = needs.filter(([allowed]) => allowed === false).map(([, what]) => what);
  if (missing.length === 0) return undefined;
  return {
    type: 'permission-missing',
    message: `the token may not ${missing.join(' nor ')} in workspace ${name}: give its team that permission on the workspace`,
  };
}

function noTerraformFiles({ configuration }: RunRequest, workspace: WorkspaceFacts): PreflightRefusal | undefined {
  if (configuration.kind !== 'archive') return undefined;
  const listed = configuration.archive.terraformFiles;
  if (listed === undefined || listed.length >= 100) return undefined; // unknown, or cut off: TFE itself will say
  const directory = normalDirectory(workspace.workingDirectory ?? '');
  if (listed.map(normalDirectory).includes(directory)) return undefined;
  return {
    type: 'configuration-unusable',
    message:
      directory === ''
        ? 'the configuration has no *.tf or *.tf.json file at its root: pack the directory that holds them'
        : `the configuration has no *.tf or *.tf.json file in ${directory}, the working directory of workspace ${workspace.name}: pack the repository's root, or change the working directory`,
  };
}

const normalDirectory = (path: string): string =>
  path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');
