/** The parts of a command that a running workflow depends on, in one form for what was recorded and what is issued. */
export type Command =
  | {
      kind: 'activity';
      seq: number;
      type: string;
      queue: string;
      arguments: string[];
      timeoutsMs: Timeouts;
      retry: Retry;
    }
  | { kind: 'local-activity'; type: string }
  | { kind: 'timer'; seq: number; lengthMs: number }
  | { kind: 'search-attributes'; fields: Record<string, string> };

interface Timeouts {
  scheduleToClose: number;
  scheduleToStart: number;
  startToClose: number;
  heartbeat: number;
}

interface Retry {
  initialIntervalMs: number;
  backoffCoefficient: number;
  maximumIntervalMs: number;
  /** 0: no limit. */
  maximumAttempts: number;
}

/** A command as the SDK issues it, or the attributes of an event as the server records them. */
interface Attributes {
  scheduleToCloseTimeout?: Length;
  scheduleToStartTimeout?: Length;
  startToCloseTimeout?: Length;
  heartbeatTimeout?: Length;
  retryPolicy?: {
    initialInterval?: Length;
    backoffCoefficient?: number;
    maximumInterval?: Length;
    maximumAttempts?: number;
  } | null;
}

/** `0.310s` in history JSON, seconds and nanoseconds in a command. */
type Length = string | { seconds?: string | number; nanos?: number } | null;

const DEFAULT_INTERVAL_MS = 1_000;

function millisecondsOf(length: Length | undefined): number {
  if (length === undefined || length === null) return 0;
  if (typeof length === 'string') return Math.round(Number.parseFloat(length) * 1_000);
  return Number(length.seconds ?? 0) * 1_000 + (length.nanos ?? 0) / 1_000_000;
}

/** Unset timeouts as the server fills them in; `scheduleToStart` is never longer than `scheduleToClose`. */
function timeoutsOf(attributes: Attributes): Timeouts {
  const scheduleToClose = millisecondsOf(attributes.scheduleToCloseTimeout);
  return {
    scheduleToClose,
    scheduleToStart: millisecondsOf(attributes.scheduleToStartTimeout) || scheduleToClose,
    startToClose: millisecondsOf(attributes.startToCloseTimeout),
    heartbeat: millisecondsOf(attributes.heartbeatTimeout),
  };
}

/** An unset retry policy as the server fills it in. */
function retryOf({ retryPolicy }: Attributes): Retry {
  const initialIntervalMs = millisecondsOf(retryPolicy?.initialInterval) || DEFAULT_INTERVAL_MS;
  return {
    initialIntervalMs,
    backoffCoefficient: retryPolicy?.backoffCoefficient ?? 2,
    maximumIntervalMs: millisecondsOf(retryPolicy?.maximumInterval) || 100 * initialIntervalMs,
    maximumAttempts: retryPolicy?.maximumAttempts ?? 0,
  };
}

/** The queue by what follows the workflows' own: a replaying worker has a queue of another name. */
function queueBehind(workflowQueue: string, queue: string): string {
  if (!queue.startsWith(`${workflowQueue}-`)) throw new Error(`${queue} is no queue of ${workflowQueue}`);
  return queue.slice(workflowQueue.length);
}

interface Issued {
  scheduleActivity?: Attributes & {
    seq: number;
    activityType: string;
    taskQueue: string;
    arguments?: { data: string }[];
  };
  scheduleLocalActivity?: { activityType: string };
  startTimer?: { seq: number; startToFireTimeout: Length };
  upsertWorkflowSearchAttributes?: { searchAttributes: { indexedFields: Record<string, { data: string }> } };
}

/** The comparable part of a command that the sandbox handed out; undefined for the kinds that replay itself compares. */
export function commandOf(issued: unknown, workflowQueue: string): Command | undefined {
  const { scheduleActivity, scheduleLocalActivity, startTimer, upsertWorkflowSearchAttributes } = issued as Issued;
  if (scheduleActivity) {
    return {
      kind: 'activity',
      seq: scheduleActivity.seq,
      type: scheduleActivity.activityType,
      queue: queueBehind(workflowQueue, scheduleActivity.taskQueue),
      arguments: (scheduleActivity.arguments ?? []).map(({ data }) => data),
      timeoutsMs: timeoutsOf(scheduleActivity),
      retry: retryOf(scheduleActivity),
    };
  }
  if (scheduleLocalActivity) return { kind: 'local-activity', type: scheduleLocalActivity.activityType };
  if (startTimer)
    return { kind: 'timer', seq: startTimer.seq, lengthMs: millisecondsOf(startTimer.startToFireTimeout) };
  if (upsertWorkflowSearchAttributes) {
    const { indexedFields } = upsertWorkflowSearchAttributes.searchAttributes;
    return { kind: 'search-attributes', fields: mapFields(indexedFields, ({ data }) => data) };
  }
  return undefined;
}

interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { taskQueue: { name: string } };
  activityTaskScheduledEventAttributes?: Attributes & {
    activityId: string;
    activityType: { name: string };
    taskQueue: { name: string };
    input?: { payloads: { data: string }[] };
  };
  markerRecordedEventAttributes?: { markerName: string; details: { data: { payloads: { data: string }[] } } };
  timerStartedEventAttributes?: { timerId: string; startToFireTimeout: Length };
  upsertWorkflowSearchAttributesEventAttributes?: {
    searchAttributes: { indexedFields: Record<string, { data: string }> };
  };
}

const text = ({ data }: { data: string }): string => Buffer.from(data, 'base64').toString();

/** Every command that a history, as JSON, holds. */
export function recordedCommands(json: string): Command[] {
  const { events } = JSON.parse(json) as { events: RecordedEvent[] };
  const workflowQueue = events[0]?.workflowExecutionStartedEventAttributes?.taskQueue.name ?? '';
  return events.map((event) => recordedCommand(event, workflowQueue)).filter((command) => command !== undefined);
}

function recordedCommand(event: RecordedEvent, workflowQueue: string): Command | undefined {
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity) {
    return {
      kind: 'activity',
      seq: Number(activity.activityId),
      type: activity.activityType.name,
      queue: queueBehind(workflowQueue, activity.taskQueue.name),
      arguments: (activity.input?.payloads ?? []).map(text),
      timeoutsMs: timeoutsOf(activity),
      retry: retryOf(activity),
    };
  }
  const marker = event.markerRecordedEventAttributes;
  if (marker?.markerName === 'core_local_activity') {
    const [data] = marker.details.data.payloads;
    return { kind: 'local-activity', type: (JSON.parse(text(data!)) as { activity_type: string }).activity_type };
  }
  const timer = event.timerStartedEventAttributes;
  if (timer) return { kind: 'timer', seq: Number(timer.timerId), lengthMs: millisecondsOf(timer.startToFireTimeout) };
  const upsert = event.upsertWorkflowSearchAttributesEventAttributes;
  if (upsert) return { kind: 'search-attributes', fields: mapFields(upsert.searchAttributes.indexedFields, text) };
  return undefined;
}

const mapFields = <From, To>(fields: Record<string, From>, map: (field: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, map(field)]));
