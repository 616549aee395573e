import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { RunReading, RunRequest } from '@runwright/client/contract';
import { preflightRefusal, type WorkspaceFacts } from '../domain/preflight.ts';
import { lifeOf } from '../domain/run-marker.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { Workspace } from '../tfe/resources/workspaces.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { toReading } from './run-reading.ts';
import { toFailure } from './to-failure.ts';

export interface CheckedWorkspace {
  workspaceId: string;
  /** The workspace's current run, if an earlier life of this request made it. */
  earlierLife?: RunReading;
}

export const createWorkspaceActivities = ({ tfe, installation, namespaceId }: ActivityDeps) => ({
  /** GET workspace by name: its id, or a failure that says why the request cannot be run there. Creates nothing. */
  async checkWorkspace(input: { request: RunRequest; firstExecutionRunId: string }): Promise<CheckedWorkspace> {
    const { request, firstExecutionRunId } = input;
    const { organization, workspace: name } = request;
    const workspace = await tfe.workspaces
      .readByName(organization, name, { include: 'current_run', signal: cancellationSignal() })
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
    const earlierLife = await earlierLifeOf(tfe, workspace, { installation, namespaceId, firstExecutionRunId });
    return { workspaceId: workspace.id, ...(earlierLife && { earlierLife }) };
  },
});

/** The workspace usually comes with its current run. We read the run by itself only if the server leaves it out. */
async function earlierLifeOf(
  tfe: ActivityDeps['tfe'],
  { currentRunId, currentRunMessage }: Workspace,
  own: { installation: string; namespaceId: string; firstExecutionRunId: string },
): Promise<RunReading | undefined> {
  if (currentRunId === undefined) return undefined;
  const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
  const isEarlier = (message: string | undefined): boolean => lifeOf(message, { ...own, workflowId }) === 'earlier';
  if (currentRunMessage !== undefined && !isEarlier(currentRunMessage)) return undefined;
  try {
    const run = await tfe.runs.read(currentRunId, { signal: cancellationSignal() });
    return isEarlier(run.message) ? toReading(run) : undefined;
  } catch (error) {
    if (error instanceof TfeError && error.kind === 'not-found') return undefined;
    throw toFailure(error, 'before-a-run');
  }
}

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

// TFE answers 404 both for what does not exist and for what the token may not see.
const workspaceNotFound = (organization: string, workspace: string) =>
  ApplicationFailure.nonRetryable(
    `TFE has no workspace ${organization}/${workspace}, or the token may not see it: check both names, and that the token’s team has access`,
    'workspace-not-found',
  );
