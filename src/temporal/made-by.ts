import type { temporal as proto } from '@temporalio/proto';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { decodeFirst, type TemporalAccess } from '@runwright/client/temporal';

export interface Execution {
  workflowId: string;
  runId: string;
}

/** What to look for: either proves that the workflow made the run. */
export interface Made {
  runId: string;
  configurationVersionId?: string;
}

// Each execution holds thousands of events, and a request continues in a new one only after as many.
const MOST_EXECUTIONS = 20;

type HistoryEvent = proto.api.history.v1.IHistoryEvent;

/**
 * Whether a workflow made the run, or the configuration version that the run uses. Looks in its history for the answers
 * of the activities that make them. Temporal wrote these answers, so no input of a workflow can forge one. Only answers
 * from the installation's own activity queues count: on other queues anybody's worker answers, under any activity name.
 */
export async function wasMadeBy(
  execution: Execution,
  made: Made,
  { temporal, installation }: { temporal: TemporalAccess; installation: string },
): Promise<boolean> {
  const ownQueues = new Set(Object.values(activityQueuesOf(taskQueueOf(installation))));
  const { workflowId } = execution;
  let runId: string | undefined = execution.runId;
  for (let looked = 0; runId && looked < MOST_EXECUTIONS; looked += 1) {
    const events = await eventsOf({ workflowId, runId }, temporal);
    for (const answer of await answersOf(events, { temporal, ownQueues })) if (isOf(answer, made)) return true;
    runId = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return false;
}

async function eventsOf({ workflowId, runId }: Execution, temporal: TemporalAccess): Promise<HistoryEvent[]> {
  const handle = temporal.client.workflow.getHandle(workflowId, runId);
  return (await temporal.call(() => handle.fetchHistory(), { id: workflowId })).events ?? [];
}

interface MakingAnswer {
  activity: string;
  answer: unknown;
}

async function answersOf(
  events: readonly HistoryEvent[],
  { temporal, ownQueues }: { temporal: TemporalAccess; ownQueues: ReadonlySet<string> },
): Promise<MakingAnswer[]> {
  const scheduled = new Map<string, string>();
  const answers: MakingAnswer[] = [];
  for (const event of events) {
    const { activityType, taskQueue } = event.activityTaskScheduledEventAttributes ?? {};
    const activity = activityType?.name;
    const makes = activity === 'createConfigurationVersion' || activity === 'createRun';
    if (makes && ownQueues.has(taskQueue?.name ?? '')) scheduled.set(String(event.eventId), activity);
    const completed = event.activityTaskCompletedEventAttributes;
    const made = scheduled.get(String(completed?.scheduledEventId));
    if (made === undefined) continue;
    answers.push({ activity: made, answer: await decodeFirst(temporal, completed?.result?.payloads ?? []) });
  }
  return answers;
}

function isOf({ activity, answer }: MakingAnswer, { runId, configurationVersionId }: Made): boolean {
  const told = answer as { id?: unknown; run?: { id?: unknown } } | undefined;
  if (activity === 'createRun') return told?.run?.id === runId;
  return configurationVersionId !== undefined && told?.id === configurationVersionId;
}
