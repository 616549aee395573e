import { RequestNotFoundError } from './errors.ts';
import type { TemporalAccess } from './temporal-access.ts';

/** Whether a request's workflow still runs. `unknown`: there is none, or the namespace has forgotten it. */
export async function workflowStateOf(
  workflowId: string,
  temporal: TemporalAccess,
): Promise<'running' | 'closed' | 'unknown'> {
  try {
    const described = await temporal.call(() => temporal.client.workflow.getHandle(workflowId).describe());
    return described.status.name === 'RUNNING' ? 'running' : 'closed';
  } catch (error) {
    if (error instanceof RequestNotFoundError) return 'unknown';
    throw error;
  }
}
