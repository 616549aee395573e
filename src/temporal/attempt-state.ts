import { RequestNotFoundError } from '@runwright/client';
import type { TemporalAccess } from '@runwright/client/temporal';

/**
 * Whether Temporal still waits for an attempt of an activity. Asks by a heartbeat, which the server refuses if the
 * attempt timed out, or if the execution has ended or was reset. Uses no clock of this machine.
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
