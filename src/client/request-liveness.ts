import { RequestNotFoundError } from './errors.ts';
import type { TemporalAccess } from './temporal-access.ts';
import { workflowStateOf } from './view-request.ts';

/** Whether a request's workflow still runs. `unknown`: there is none, or the namespace has forgotten it. */
export async function livenessOf(
  workflowId: string,
  temporal: TemporalAccess,
): Promise<'running' | 'closed' | 'unknown'> {
  try {
    const described = await temporal.call(() => temporal.client.workflow.getHandle(workflowId).describe());
    return workflowStateOf(described) === 'running' ? 'running' : 'closed';
  } catch (error) {
    if (error instanceof RequestNotFoundError) return 'unknown';
    throw error;
  }
}
