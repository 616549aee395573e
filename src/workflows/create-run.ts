import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { RunReading } from '../contract/run-reading.ts';
import { markedMessage, type RunMarker } from '../domain/run-marker.ts';
import { optionIgnored, recognizedBy, type AskedFor } from '../domain/option-ignored.ts';
import { endRun, endDuplicate } from './end-run.ts';
import { failRequest, RequestCanceled } from './conclude.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { Job } from './job.ts';
import { queueDeadlinePassed } from './prepare.ts';
import { settled } from './settled.ts';
import { waitForRateLimit, waitInView } from './wait-in-view.ts';

/** The marker of this request's run. N counts plans, and a request has one. */
export function markerOf({ state }: Job): RunMarker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return { installation: state.accepted.installation, workflowId, firstExecutionRunId, plan: 1 };
}

/** What is known of the creation, while it is not settled. */
interface Creation {
  /** The execution that may send. After a reset it is not this one, and the activity then answers "in doubt". */
  sender: string;
  lookedUpAtMs?: number;
  /** Whether this life of the request has sent anything. */
  sent: 'yes' | 'no';
}

/**
 * Creates the run once: TFE has no idempotency key, so a lost answer is looked up, never repeated blindly
 * (design D2). Runs in a non-cancellable scope; a cancellation is looked at between the steps.
 */
export async function createRunOnce(job: Job): Promise<void> {
  const { state } = job;
  const creation: Creation = { sender: workflowInfo().firstExecutionRunId, sent: 'no' };
  for (;;) {
    await stopWhereDue(job);
    if (isTooLong(job)) await startAfresh(job);
    const answer = await askForRun(job, creation);
    switch (answer.kind) {
      case 'created':
        return await adopt(job, answer.run);
      case 'refused':
        await endLateRuns(job); // an earlier request of ours, given up as lost, may have landed since
        throw ApplicationFailure.nonRetryable(answer.message, answer.type);
      case 'later':
        await waitForRateLimit(job, {
          what: 'creation of the run',
          retryAfterMs: answer.retryAfterMs,
          summary: 'TFE is rate limiting: create the run later',
        });
        break;
      case 'in-doubt':
        state.data.doubt = 'once';
        state.note({ inDoubt: `create the run: ${answer.why}` });
        if ((await lookUp(job, creation)) === 'found') return;
    }
  }
}

/** Ends the request between two attempts, where it was canceled or its time to be queued is over. */
async function stopWhereDue(job: Job): Promise<void> {
  const { state } = job;
  const { queueMs } = state.request.deadlines;
  const isLate = queueMs !== undefined && Date.now() >= state.data.acceptedAtMs + queueMs;
  if (state.cancelRequested === 'no' && !isLate) return;
  await endLateRuns(job);
  throw state.cancelRequested === 'yes' || queueMs === undefined ? new RequestCanceled() : queueDeadlinePassed(queueMs);
}

async function askForRun(job: Job, creation: Creation) {
  const { state, steps } = job;
  const { run, requestedBy } = state.request;
  const { configurationVersionId, workspaceId, startedAtMs } = state.data;
  const { sender, lookedUpAtMs } = creation;
  const answer = await settled(
    steps.createRun({
      workspaceId: workspaceId!,
      ...(configurationVersionId && { configurationVersionId }),
      message: markedMessage(run.message ?? `asked for by ${requestedBy}`, markerOf(job)),
      options: run,
      sender,
      startedAtMs,
      ...(lookedUpAtMs !== undefined && { lookedUpAtMs }),
    }),
  );
  if (answer.kind !== 'in-doubt' || !('sentBy' in answer)) creation.sent = 'yes';
  return answer;
}

/** Settles a doubt: when a lost request cannot land any more, TFE is asked for the run, and the oldest one is adopted. */
async function lookUp(job: Job, creation: Creation): Promise<'found' | 'not-there'> {
  const { state } = job;
  await waitInView(job, {
    ms: state.request.timing.commitWindowMs,
    summary: 'until a lost request cannot land any more',
    waitingFor: (until) => `a lost request to land: TFE is asked for the run at ${until}`,
  });
  const found = await findOurRuns(job);
  creation.sender = found.executionRunId;
  creation.lookedUpAtMs = found.lookedUpAtMs;
  state.note({ inDoubt: undefined });
  const [oldest, ...others] = found.runs;
  if (oldest === undefined) return 'not-there';
  await endOthers(job, others);
  // The run of an earlier life (before a reset, or newer than a restored backup) has the configuration of that life.
  if (creation.sent === 'no' && oldest.configurationVersionId) {
    state.data.configurationVersionId = oldest.configurationVersionId;
  }
  if (found.executionRunId !== workflowInfo().firstExecutionRunId) takeOverConfiguration(job, oldest);
  await adopt(job, oldest);
  return 'found';
}

/** A reset workflow brings its archive to TFE again; its run stands on the configuration version of the time before. */
function takeOverConfiguration({ state }: Job, { configurationVersionId }: RunReading): void {
  if (state.request.configuration.kind !== 'archive' || configurationVersionId === undefined) return;
  state.data.configurationVersionId = configurationVersionId;
}

/** Every run of this request that TFE lists, oldest first. */
export function findOurRuns(job: Job) {
  const { state, steps } = job;
  return steps.findRuns({
    workspaceId: state.data.workspaceId!,
    marker: markerOf(job),
    configurationVersionIds: state.data.configurationVersionIds,
    createdAfterMs: state.data.startedAtMs,
    mode: state.request.run.mode,
  });
}

/**
 * After any doubt: ends the runs of this request that are not the adopted one. While it is queued, before the apply, and
 * at the end, also where no run was adopted.
 */
export async function endLateRuns(job: Job): Promise<void> {
  if (job.state.data.doubt === 'never') return;
  const { runs } = await findOurRuns(job);
  await endOthers(
    job,
    runs.filter((run) => run.id !== job.state.data.reading?.id),
  );
}

async function endOthers(job: Job, runs: RunReading[]): Promise<void> {
  for (const run of runs) {
    job.state.warn(`a lost or repeated request had created a second run, ${run.id}: it was ended unapplied`);
    await endDuplicate(job, run);
  }
}

async function adopt(job: Job, run: RunReading): Promise<void> {
  const { state } = job;
  state.data.acts.emptyApply = state.request.approval.emptyApply;
  state.observe(run);
  const asked: AskedFor = {
    marker: markerOf(job),
    configurationVersionId: state.data.configurationVersionId,
    ownConfigurationVersionIds: state.data.configurationVersionIds,
    allowEmptyApply: state.request.run.allowEmptyApply === 'yes',
  };
  if (recognizedBy(run, asked) === 'own-configuration') {
    state.warn(
      `this server keeps no messages: run ${run.id} is known by its configuration version alone, so after a termination of this workflow the reaper cannot find it`,
    );
  }
  const ignored = optionIgnored(run, asked);
  if (ignored === undefined) return;
  state.warn(ignored);
  await endRun(job, 'option-ignored');
  throw failRequest(job, { type: 'option-ignored', message: ignored });
}
