import type { temporal } from '@temporalio/proto';
import type { Client } from '@temporalio/client';

type Event = temporal.api.history.v1.IHistoryEvent;

/** What brings a waiting request to its end, as its history tells it. */
const BROUGHT_BY = {
  canceled: (event: Event) => Boolean(event.workflowExecutionCancelRequestedEventAttributes),
  rejected: (event: Event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'reject',
  expired: (event: Event) => Boolean(event.timerFiredEventAttributes),
};

export interface StepsToTheEnd {
  /** When Temporal took what ended it. */
  readonly sinceMs: number;
  /** The queues of all activities since, each once. */
  readonly queues: readonly string[];
}

/** What a request did from the last event that ends it so until it had ended. */
export async function stepsToTheEnd(
  client: Client,
  { workflowId }: { readonly workflowId: string },
  how: keyof typeof BROUGHT_BY,
): Promise<StepsToTheEnd> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const all = events ?? [];
  const first = all.findLastIndex(BROUGHT_BY[how]);
  if (first === -1) throw new Error(`${workflowId}: nothing in its history has ${how} it`);
  const { seconds, nanos } = all[first]!.eventTime ?? {};
  const queues = all
    .slice(first)
    .flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.taskQueue?.name ?? []);
  return { sinceMs: Number(seconds ?? 0) * 1_000 + Number(nanos ?? 0) / 1e6, queues: [...new Set(queues)] };
}
