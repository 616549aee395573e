import type { FaultLane } from '../../support/fault-lane.ts';
import type { StartedRequest } from '../../support/request-ledger.ts';
import { resetTo, workflowTasksOf } from '../../support/reset-workflow.ts';

/** What happens while a fault has a request in its hands. */
export const SECOND_EVENTS = [
  'cancel',
  'reject',
  'deadline',
  'terminate',
  'forget and start again',
  'reset',
  'nudges',
] as const;
export type SecondEvent = (typeof SECOND_EVENTS)[number];

const NUDGES = 150;

/** Brings the event about; resolves when Temporal has taken it. A deadline passes by itself: the request has it from its start. */
export async function happens(event: SecondEvent, lane: FaultLane, started: StartedRequest): Promise<void> {
  const handle = lane.temporal.workflow.getHandle(started.workflowId);
  switch (event) {
    case 'cancel':
      return await lane.cancel(started);
    case 'reject':
      return await rejectWhateverRuns(lane, started);
    case 'deadline':
      return;
    case 'terminate':
      return void (await handle.terminate('by hand'));
    case 'forget and start again':
      return await lane.startAgain(started);
    case 'reset':
      return await resetToTheLastStep(lane, started);
    case 'nudges':
      await Promise.all(Array.from({ length: NUDGES }, () => handle.signal('nudge')));
  }
}

/** Of the run that TFE has for the request, also where Runwright does not know it yet. */
async function rejectWhateverRuns(lane: FaultLane, started: StartedRequest): Promise<void> {
  const { runId } = await lane.client.view(started.workflowId);
  const known = runId ?? lane.runsOf(started).at(-1)?.id;
  if (known !== undefined) await lane.note('reject', started, known);
}

async function resetToTheLastStep({ temporal }: FaultLane, { workflowId }: StartedRequest): Promise<void> {
  const [{ runId }, points] = await Promise.all([
    temporal.workflow.getHandle(workflowId).describe(),
    workflowTasksOf(temporal, workflowId),
  ]);
  const point = points.at(-1);
  if (point !== undefined) await resetTo(temporal, { workflowId, runId, point });
}

/** What the request may end as; whether it was right to is for the invariants to say. */
const ENDINGS: Record<SecondEvent, readonly RegExp[]> = {
  cancel: [/^canceled$/, /^applied$/, /^rejected$/],
  reject: [/^rejected$/, /^applied$/, /^canceled$/],
  deadline: [/^expired$/, /^deadline-exceeded$/, /^applied$/, /^rejected$/, /^canceled$/, /^apply-errored$/],
  // The second life finds what the first one has applied.
  terminate: [/^terminated$/],
  'forget and start again': [/^applied$/, /^no-changes$/, /^rejected$/, /^canceled$/],
  reset: [/^applied$/, /^confirmed-elsewhere$/, /^rejected$/, /^discarded-elsewhere$/, /^canceled$/],
  nudges: [/^applied$/, /^rejected$/, /^canceled$/],
};

export const mayEndAs = (event: SecondEvent, ended: string): boolean =>
  ended === 'plan-errored' || ENDINGS[event].some((one) => one.test(ended));
