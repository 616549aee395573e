import { RequestNotFoundError } from '@runwright/client';
import type { TemporalAccess } from '@runwright/client/temporal';

/**
 * Whether Temporal still waits for an attempt of an activity: asked by a heartbeat, which the server refuses for what has
 * timed out, and for an execution that has ended or was reset. No clock of this machine takes part.
 */
export async function attemptStateOf(
  taskToken: Uint8Array,
  temporal: TemporalAccess,
): Promise<'awaited' | 'withdrawn' | 'given-up'> {
  const { namespace, workflowService } = temporal;
  try {
    const heartbeat = () => workflowService.recordActivityTaskHeartbeat({ namespace, taskToken });
    return (await temporal.call(heartbeat)).cancelRequested ? 'withdrawn' : 'awaited';
  } catch (error) {
    if (error instanceof RequestNotFoundError) return 'given-up';
    throw error;
  }
}
