import { z } from 'zod';
import { defined, maybeFlag, maybeObject, maybeText, related, relatedId, resourceId, single } from './json-api.ts';
import type { CallOptions, TfeHttp } from './tfe-http.ts';

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
  /** `type` is runs, users or teams. */
  lockedBy?: { id: string; type?: string };
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

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/workspaces */
export const createWorkspaces = (http: TfeHttp) => ({
  /** `not-found` also means "no permission". */
  readByName: (organization: string, name: string, options?: CallOptions): Promise<Workspace> =>
    http.document(
      { operation: 'read workspace', path: ['organizations', organization, 'workspaces', name] },
      workspaceDocument,
      options,
    ),

  readById: (workspaceId: string, options?: CallOptions): Promise<Workspace> =>
    http.document({ operation: 'read workspace', path: ['workspaces', workspaceId] }, workspaceDocument, options),
});
