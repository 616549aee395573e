import type { Store } from '../store/store.ts';
import type { ProjectRecord } from '../project/project-record.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

export interface ExecutionModeDocumentDeps {
  store: Store;
}

/** Where terraform runs: what the workspace says itself, else its project, else its organization. */
export function executionModeOf(workspace: WorkspaceRecord, deps: ExecutionModeDocumentDeps): unknown {
  return overwrites(workspace, 'execution-mode')
    ? workspace.attributes['execution-mode']
    : defaultExecutionModeOf(deps.store.projects.require(workspace.projectId), deps);
}

/** What the workspaces of a project inherit. */
export function defaultExecutionModeOf(project: ProjectRecord, deps: ExecutionModeDocumentDeps): unknown {
  return overwrites(project, 'default-execution-mode')
    ? project.attributes?.['default-execution-mode']
    : deps.store.organizations.require(project.organization).attributes['default-execution-mode'];
}

const overwrites = ({ attributes }: { attributes?: Record<string, unknown> }, setting: string): boolean =>
  (attributes?.['setting-overwrites'] as Record<string, boolean> | undefined)?.[setting] === true;

/**
 * The settings with what they imply: whoever sets an execution mode no longer inherits it, unless he says so.
 * `operations` is the word of old clients for it.
 */
export function withImpliedOverwrites<T extends Record<string, unknown>>(
  settings: T,
  present: unknown,
  operations?: boolean,
): T & { 'setting-overwrites': Record<string, boolean> } {
  const mode = operations === undefined ? {} : { 'execution-mode': operations ? 'remote' : 'local' };
  const said = { ...mode, ...settings };
  return {
    ...said,
    'setting-overwrites': {
      ...(present as Record<string, boolean>),
      ...(said['execution-mode'] !== undefined && { 'execution-mode': true }),
      ...(said['agent-pool-id'] != null && { 'agent-pool': true }),
      ...(said['setting-overwrites'] as Record<string, boolean> | undefined),
    },
  };
}
