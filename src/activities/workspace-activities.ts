import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { RunRequest } from '../contract/run-request.ts';
import { preflightRefusal, type WorkspaceFacts } from '../domain/preflight.ts';
import { TfeError } from '../tfe/tfe-error.ts';
import type { Workspace } from '../tfe/workspaces.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toFailure } from './to-failure.ts';

export const createWorkspaceActivities = ({ tfe }: ActivityDeps) => ({
  /** GET workspace by name: its id, or a failure that says why the request cannot be run there. Creates nothing. */
  async checkWorkspace({ request }: { request: RunRequest }): Promise<{ workspaceId: string }> {
    const { organization, workspace: name } = request;
    const workspace = await tfe.workspaces
      .readByName(organization, name, { signal: cancellationSignal() })
      .catch((error: unknown) => {
        if (error instanceof TfeError && error.kind === 'not-found') throw workspaceNotFound(organization, name);
        throw toFailure(error, 'before-a-run');
      });
    const serverApp = workspace.autoApply === true ? await serverAppOf(tfe) : undefined;
    const refusal = preflightRefusal(request, {
      id: workspace.id,
      name: `${organization}/${name}`,
      hasVcs: workspace.isVcsConnected,
      permissions: permissionsOf(workspace),
      ...(serverApp !== undefined && { serverApp }),
      ...(workspace.executionMode !== undefined && { executionMode: workspace.executionMode }),
      ...(workspace.autoApply !== undefined && { autoApply: workspace.autoApply }),
      ...(workspace.allowDestroyPlan !== undefined && { allowDestroyPlan: workspace.allowDestroyPlan }),
      ...(workspace.workingDirectory !== undefined && { workingDirectory: workspace.workingDirectory }),
    });
    if (refusal) throw ApplicationFailure.nonRetryable(refusal.message, refusal.type);
    return { workspaceId: workspace.id };
  },
});

async function serverAppOf(tfe: ActivityDeps['tfe']): Promise<string | undefined> {
  try {
    return (await tfe.ping({ signal: cancellationSignal() })).appName;
  } catch (error) {
    throw toFailure(error, 'before-a-run');
  }
}

function permissionsOf({ permissions }: Workspace): WorkspaceFacts['permissions'] {
  const { canQueueRun, canQueueApply, canQueueDestroy } = permissions;
  return {
    ...(canQueueRun !== undefined && { queueRun: canQueueRun }),
    ...(canQueueApply !== undefined && { queueApply: canQueueApply }),
    ...(canQueueDestroy !== undefined && { queueDestroy: canQueueDestroy }),
  };
}

// TFE answers 404 both for what is absent and for what the token may not see.
const workspaceNotFound = (organization: string, workspace: string) =>
  ApplicationFailure.nonRetryable(
    `TFE has no workspace ${organization}/${workspace}, or the token may not see it: check both names, and that the token’s team has access`,
    'workspace-not-found',
  );
