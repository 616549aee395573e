import type { temporal } from '@temporalio/proto';
import protobuf from '@temporalio/proto';
import type { ApplyOrder, DecisionSent, EndingTold, Execution, PolicyAsked, Sent } from './evidence.ts';

type History = temporal.api.history.v1.IHistory;
type Event = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads | null | undefined;

/** The activity that sends an apply. Every apply that TFE saw must have been ordered by one, so a new name is noticed. */
const APPLY_ACTIVITY = 'applyRun';
const CHOICES = ['approve', 'reject', 'override'] as const;

export interface HistoryOf {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

/** What the history of one execution tells; `secrets` by their names. */
export function readExecution({ workflowId, runId, history }: HistoryOf, secrets: Secrets): Execution {
  const events = history.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes;
  const tasks = tasksOf(events);
  const seen = (event: Event): Sent => ({
    atMs: momentOf(event),
    seenAtMs: tasks.find(({ startedEventId }) => startedEventId > idOf(event))?.startedAtMs,
  });
  return {
    workflowId,
    runId,
    firstRunId: started?.firstExecutionRunId ?? '',
    startedAtMs: Math.max(...events.filter(beginsAnExecution).map(momentOf)),
    policy: policyOf(valuesOf(started?.input)[0]),
    decisions: events.flatMap((event) => decisionOf(event, seen)),
    cancels: events.filter((event) => event.workflowExecutionCancelRequestedEventAttributes).map(seen),
    applyOrders: events.flatMap((event) => orderOf(event, tasks)),
    ending: endingOf(events.at(-1)),
    wedged: events.at(-1)?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined,
    secrets: secretsIn(history, secrets),
  };
}

/** Their texts by name. */
export type Secrets = Readonly<Record<string, string>>;

interface Task {
  readonly startedEventId: number;
  readonly completedEventId: number;
  readonly startedAtMs: number;
}

/** Workflow tasks that were carried out, in order: what is older than the start of one, that one knows. */
function tasksOf(events: readonly Event[]): Task[] {
  const byId = new Map(events.map((event) => [idOf(event), event]));
  return events.flatMap((event) => {
    const done = event.workflowTaskCompletedEventAttributes;
    const started = done && byId.get(Number(done.startedEventId));
    if (!started) return [];
    return [{ startedEventId: idOf(started), completedEventId: idOf(event), startedAtMs: momentOf(started) }];
  });
}

/** A reset copies what was before, with its times; it begins when it was asked for. */
const beginsAnExecution = (event: Event): boolean =>
  Boolean(event.workflowExecutionStartedEventAttributes) ||
  event.workflowTaskFailedEventAttributes?.cause ===
    protobuf.temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW;

function decisionOf(event: Event, seen: (event: Event) => Sent): DecisionSent[] {
  const { workflowExecutionSignaledEventAttributes: signal, workflowExecutionUpdateAcceptedEventAttributes: update } =
    event;
  const request = update?.acceptedRequest?.input;
  const sent = signal ? valuesOf(signal.input)[0] : valuesOf(request?.args)[0];
  if (typeof sent !== 'object' || sent === null) return [];
  const { choice, runId, by } = sent as Record<string, unknown>;
  const meant = CHOICES.find((name) => name === (signal ? signal.signalName : choice));
  if (meant === undefined || typeof runId !== 'string' || typeof by !== 'string' || by.trim() === '') return [];
  return [{ choice: meant, runId: runId.trim(), by, ...seen(event) }];
}

function orderOf(event: Event, tasks: readonly Task[]): ApplyOrder[] {
  const scheduled = event.activityTaskScheduledEventAttributes;
  if (scheduled?.activityType?.name !== APPLY_ACTIVITY) return [];
  const task = tasks.find(
    ({ completedEventId }) => completedEventId === Number(scheduled.workflowTaskCompletedEventId),
  );
  const { runId } = (valuesOf(scheduled.input)[0] ?? {}) as { runId?: string };
  return [{ runId: runId ?? '', orderedAtMs: task?.startedAtMs ?? momentOf(event) }];
}

function endingOf(last: Event | undefined): EndingTold | undefined {
  if (last === undefined) return undefined;
  const atMs = momentOf(last);
  const completed = last.workflowExecutionCompletedEventAttributes;
  if (completed) {
    const { outcome, ...told } = (valuesOf(completed.result)[0] ?? {}) as Partial<EndingTold>;
    return { kind: 'completed', atMs, outcome, runId: told.runId, status: told.status, warnings: told.warnings };
  }
  const failure = last.workflowExecutionFailedEventAttributes?.failure;
  if (failure) {
    const info = failure.applicationFailureInfo;
    const { runId, status } = (valuesOf(info?.details)[0] ?? {}) as Partial<EndingTold>;
    return { kind: 'failed', atMs, failureType: info?.type ?? 'unknown', runId, status };
  }
  if (last.workflowExecutionCanceledEventAttributes) return { kind: 'canceled', atMs };
  if (last.workflowExecutionContinuedAsNewEventAttributes) return { kind: 'continued', atMs };
  const byForce = last.workflowExecutionTerminatedEventAttributes ?? last.workflowExecutionTimedOutEventAttributes;
  return byForce ? { kind: 'terminated', atMs } : undefined;
}

/** With the defaults that the documentation states; undefined where the execution was started without a request. */
function policyOf(input: unknown): PolicyAsked | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const { approval, requestedBy } = input as { approval?: Partial<PolicyAsked> | null; requestedBy?: unknown };
  return {
    approvers: approval?.approvers ?? 1,
    requester: approval?.requester ?? 'may-approve',
    requestedBy: typeof requestedBy === 'string' ? requestedBy : '',
  };
}

/** Of every encoding but JSON nothing is known. */
function valuesOf(payloads: Payloads): unknown[] {
  return (payloads?.payloads ?? []).map(({ data }) => {
    try {
      return JSON.parse(Buffer.from(data ?? []).toString('utf8')) as unknown;
    } catch {
      return undefined;
    }
  });
}

function secretsIn(history: History, secrets: Secrets): string[] {
  const raw = Buffer.from(protobuf.temporal.api.history.v1.History.encode(history).finish());
  return Object.entries(secrets).flatMap(([name, secret]) => (raw.includes(secret) ? [name] : []));
}

const idOf = ({ eventId }: Event): number => Number(eventId);
const momentOf = ({ eventTime }: Event): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + Number(eventTime?.nanos ?? 0) / 1e6;
