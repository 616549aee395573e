import { RequestNotFoundError } from '@runwright/client';
import { workflowStateOf, type TemporalAccess } from '@runwright/client/temporal';

/** Whether a workflow id has an execution, whether that runs, and where its chain began. */
export interface RequestLiveness {
  /** `unknown`: there is none, or the namespace has forgotten it. */
  state: 'running' | 'closed' | 'unknown';
  /**
   * Resets, retries and continue-as-new keep it; a new start with the same workflow id gets another one. Absent if
   * there is no execution, or the server is too old to say.
   */
  firstExecutionRunId?: string;
  /** Where its workflow tasks go. */
  taskQueue?: string;
}

/** Reads by the workflow id itself, never from visibility, which lags behind. */
export async function livenessOf(workflowId: string, temporal: TemporalAccess): Promise<RequestLiveness> {
  try {
    const described = await temporal.call(() => temporal.client.workflow.getHandle(workflowId).describe());
    const { taskQueue } = described;
    const firstExecutionRunId = described.raw.workflowExecutionInfo?.firstRunId;
    return {
      state: workflowStateOf(described) === 'running' ? 'running' : 'closed',
      ...(firstExecutionRunId && { firstExecutionRunId }),
      ...(taskQueue && { taskQueue }),
    };
  } catch (error) {
    if (error instanceof RequestNotFoundError) return { state: 'unknown' };
    throw error;
  }
}
