import { z } from 'zod';
import {
  defined,
  included,
  maybeFlag,
  maybeObject,
  maybeText,
  related,
  relatedId,
  resourceId,
  single,
} from '../http/json-api.ts';
import type { Included } from '../http/json-api.ts';
import { TfeError } from '../http/tfe-error.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

/** What this token may do; absent where the server does not say. */
export interface WorkspacePermissions {
  canQueueRun?: boolean;
  canQueueApply?: boolean;
  canQueueDestroy?: boolean;
  canUpdate?: boolean;
  canLock?: boolean;
  canUnlock?: boolean;
}

export interface Workspace {
  id: string;
  name: string;
  organization?: string;
  locked: boolean;
  lockedReason?: string;
  /** `type` is runs, users or teams. `name` only where the server sent it along (`include: 'locked_by'`). */
  lockedBy?: { id: string; type?: string; name?: string };
  autoApply?: boolean;
  /** remote, agent or local; an open set. */
  executionMode?: string;
  terraformVersion?: string;
  /** Relative to the root of the configuration; absent = the root. */
  workingDirectory?: string;
  isVcsConnected: boolean;
  allowDestroyPlan?: boolean;
  queueAllRuns?: boolean;
  speculativeEnabled?: boolean;
  structuredRunOutputEnabled?: boolean;
  permissions: WorkspacePermissions;
  currentRunId?: string;
  /** Only if the server sent the run along (`include: 'current_run'`); '' if the run has no message. */
  currentRunMessage?: string;
  latestRunId?: string;
  currentStateVersionId?: string;
  currentConfigurationVersionId?: string;
}

const workspaceResource = z.object({
  id: resourceId,
  attributes: z.object({
    name: z.string(),
    locked: maybeFlag,
    'locked-reason': maybeText,
    'auto-apply': maybeFlag,
    'execution-mode': maybeText,
    // The boolean from before `execution-mode`.
    operations: maybeFlag,
    'terraform-version': maybeText,
    'working-directory': maybeText,
    'vcs-repo': z.unknown().optional(),
    'allow-destroy-plan': maybeFlag,
    'queue-all-runs': maybeFlag,
    'speculative-enabled': maybeFlag,
    'structured-run-output-enabled': maybeFlag,
    permissions: maybeObject({
      'can-queue-run': maybeFlag,
      'can-queue-apply': maybeFlag,
      'can-queue-destroy': maybeFlag,
      'can-update': maybeFlag,
      'can-lock': maybeFlag,
      'can-unlock': maybeFlag,
    }),
  }),
  relationships: maybeObject({
    organization: relatedId,
    'locked-by': related,
    'current-run': relatedId,
    'latest-run': relatedId,
    'current-state-version': relatedId,
    'current-configuration-version': relatedId,
  }),
});

function toWorkspace({ id, attributes: told, relationships: links }: z.output<typeof workspaceResource>): Workspace {
  const lockedBy = links['locked-by'];
  const modeBefore = told.operations === false ? 'local' : undefined;
  return {
    id,
    name: told.name,
    locked: told.locked ?? false,
    isVcsConnected: told['vcs-repo'] !== undefined && told['vcs-repo'] !== null,
    permissions: defined({
      canQueueRun: told.permissions['can-queue-run'],
      canQueueApply: told.permissions['can-queue-apply'],
      canQueueDestroy: told.permissions['can-queue-destroy'],
      canUpdate: told.permissions['can-update'],
      canLock: told.permissions['can-lock'],
      canUnlock: told.permissions['can-unlock'],
    }),
    ...defined({
      organization: links.organization,
      lockedReason: told['locked-reason'] || undefined,
      lockedBy: lockedBy && { id: lockedBy.id, ...defined({ type: lockedBy.type }) },
      autoApply: told['auto-apply'],
      executionMode: told['execution-mode'] ?? modeBefore,
      terraformVersion: told['terraform-version'],
      workingDirectory: told['working-directory'] || undefined,
      allowDestroyPlan: told['allow-destroy-plan'],
      queueAllRuns: told['queue-all-runs'],
      speculativeEnabled: told['speculative-enabled'],
      structuredRunOutputEnabled: told['structured-run-output-enabled'],
      currentRunId: links['current-run'],
      latestRunId: links['latest-run'],
      currentStateVersionId: links['current-state-version'],
      currentConfigurationVersionId: links['current-configuration-version'],
    }),
  };
}

const workspaceDocument = single(workspaceResource).transform(toWorkspace);
const workspaceWithOthers = z
  .object({ data: workspaceResource, included })
  .transform(({ data, included: others }): Workspace => withLockHolder(withMessage(toWorkspace(data), others), others));

function withMessage(workspace: Workspace, others: Included): Workspace {
  const run = others.find(({ id, type }) => type === 'runs' && id === workspace.currentRunId);
  if (run === undefined) return workspace;
  const { message } = run.attributes;
  return { ...workspace, currentRunMessage: typeof message === 'string' ? message : '' };
}

/** A user or a team that holds the lock has a name; a run has none. */
function withLockHolder(workspace: Workspace, others: Included): Workspace {
  const { lockedBy } = workspace;
  const holder = others.find(({ id, type }) => id === lockedBy?.id && type === lockedBy.type);
  const name = holder?.attributes['username'] ?? holder?.attributes['name'];
  if (lockedBy === undefined || typeof name !== 'string' || name === '') return workspace;
  return { ...workspace, lockedBy: { ...lockedBy, name } };
}

type WorkspaceInclude = 'current_run' | 'locked_by';

export interface ReadWorkspace extends CallOptions {
  /** Omitted if the server answers 400 to it. */
  include?: WorkspaceInclude;
}

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/workspaces */
export function createWorkspaces(http: TfeHttp) {
  const refused = new Set<WorkspaceInclude>(); // from then on we ask without these, so that a read stays one request

  async function read(path: string[], { include, ...options }: ReadWorkspace): Promise<Workspace> {
    const call = { operation: 'read workspace', path };
    const plain = () => http.document(call, workspaceDocument, options);
    if (include === undefined || refused.has(include)) return await plain();
    try {
      return await http.document({ ...call, query: { include } }, workspaceWithOthers, options);
    } catch (error) {
      if (!(error instanceof TfeError) || error.facts.status !== 400) throw error;
      const workspace = await plain();
      refused.add(include);
      return workspace;
    }
  }

  return {
    /** `not-found` also means "no permission". */
    readByName: (organization: string, name: string, options: ReadWorkspace = {}): Promise<Workspace> =>
      read(['organizations', organization, 'workspaces', name], options),

    readById: (workspaceId: string, options: ReadWorkspace = {}): Promise<Workspace> =>
      read(['workspaces', workspaceId], options),
  };
}
