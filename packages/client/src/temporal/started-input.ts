import type { Payload } from '@temporalio/common';
import type { TemporalAccess } from './temporal-access.ts';

/** The first argument with which an execution was started, or undefined where it cannot be read. */
export async function readStartedInput(temporal: TemporalAccess, execution: { workflowId: string; runId: string }) {
  const { namespace } = temporal;
  const answer = await temporal.call(
    () => temporal.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
    { id: execution.workflowId },
  );
  const started = answer.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  return decodeFirst(temporal, started?.input?.payloads ?? []);
}

/** The first of some payloads, or undefined where it cannot be read. */
export async function decodeFirst(temporal: TemporalAccess, payloads: Payload[]): Promise<unknown> {
  const { payloadCodecs, payloadConverter } = temporal.client.options.loadedDataConverter;
  let decoded = payloads.slice(0, 1);
  try {
    for (const codec of payloadCodecs.toReversed()) decoded = await codec.decode(decoded);
    const [first] = decoded;
    return first === undefined ? undefined : payloadConverter.fromPayload(first);
  } catch {
    return undefined; // the key of its encryption is gone: the caller says that it cannot compare
  }
}
