import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { RunReading } from '../contract/run-reading.ts';
import { markedMessage, type RunMarker } from '../domain/run-marker.ts';
import { optionIgnored, recognizedBy, type AskedFor } from '../domain/option-ignored.ts';
import { endRun, endDuplicate } from './end-run.ts';
import { failRequest, RequestCanceled } from './conclude.ts';
import type { Job } from './job.ts';
import { settled } from './settled.ts';
import { waitForRateLimit, waitInView } from './wait-in-view.ts';

/** The marker of this request's run. N counts plans, and a request has one. */
export function markerOf({ state }: Job): RunMarker {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  return { installation: state.accepted.installation, workflowId, firstExecutionRunId, plan: 1 };
}

/**
 * Creates the run once: TFE has no idempotency key, so a lost answer is looked up, never repeated blindly
 * (design D2). Runs in a non-cancellable scope; a cancellation is looked at between the steps.
 */
export async function createRunOnce(job: Job): Promise<void> {
  const { state, steps } = job;
  const { request } = state.accepted;
  const marker = markerOf(job);
  // The execution that may send. After a reset it is not this one, and the activity then answers "in doubt".
  let sender = workflowInfo().firstExecutionRunId;
  let lookedUpAtMs: number | undefined;
  let sentHere = false;
  for (;;) {
    if (state.cancelRequested === 'yes') {
      await endLateRuns(job);
      throw new RequestCanceled();
    }
    const answer = await settled(
      steps.createRun({
        workspaceId: state.data.workspaceId!,
        ...(state.data.configurationVersionId && { configurationVersionId: state.data.configurationVersionId }),
        message: markedMessage(request.run.message ?? `asked for by ${request.requestedBy}`, marker),
        options: request.run,
        sender,
        startedAtMs: state.data.startedAtMs,
        ...(lookedUpAtMs !== undefined && { lookedUpAtMs }),
      }),
    );
    if (answer.kind !== 'in-doubt' || !('sentBy' in answer)) sentHere = true;
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
        continue;
      case 'in-doubt':
        state.data.doubt = 'once';
        state.note({ inDoubt: `create the run: ${answer.why}` });
        await waitInView(job, {
          ms: request.timing.commitWindowMs,
          summary: 'until a lost request cannot land any more',
          waitingFor: (until) => `a lost request to land: TFE is asked for the run at ${until}`,
        });
    }
    const found = await findOurRuns(job);
    sender = found.executionRunId;
    lookedUpAtMs = found.lookedUpAtMs;
    state.note({ inDoubt: undefined });
    const [oldest, ...others] = found.runs;
    if (oldest) {
      await endOthers(job, others);
      // The run of an earlier life (before a reset, or newer than a restored backup) has the configuration of that life.
      if (!sentHere && oldest.configurationVersionId) state.data.configurationVersionId = oldest.configurationVersionId;
      if (sender !== workflowInfo().firstExecutionRunId) takeOverConfiguration(job, oldest);
      return await adopt(job, oldest);
    }
  }
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
    job.state.warn(`a lost request had created a second run, ${run.id}: it was ended unapplied`);
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
