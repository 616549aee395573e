import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { ArchiveRef } from '../contract/run-request.ts';
import { armDeadlines } from './arm-deadlines.ts';
import { RequestCanceled } from './conclude.ts';
import type { Job } from './job.ts';
import { endEarlierLives } from './other-runs.ts';
import { ask, askUnless } from './stand-still.ts';
import type { Step } from './steps.ts';
import { waitInView } from './wait-in-view.ts';

/**
 * Everything before the run: accept the request, check the workspace, bring the configuration to TFE. Stops at any point
 * where the request is canceled or its queue deadline passes: all it leaves behind is an unused configuration version.
 */
export async function prepare(job: Job, input: unknown): Promise<void> {
  const { state, steps } = job;
  state.accept(await ask(state.inbox, steps.acceptRequest(input)));
  const { request } = state;
  armDeadlines(job);
  const { firstExecutionRunId } = workflowInfo();
  const { workspaceId, earlierLife } = await unlessDue(job, steps.checkWorkspace({ request, firstExecutionRunId }));
  state.useWorkspace(workspaceId);
  if (earlierLife !== undefined) await endEarlierLives(job, [earlierLife], () => isDue(job));
  await bringConfiguration(job);
}

/** The request is not to get a run any more. */
export const isDue = ({ state }: Pick<Job, 'state'>): boolean => state.canceled || state.times.hasPassed('queue');

/** What the request ends with where it has no run. */
export function whyNoRun({ state }: Pick<Job, 'state'>): Error {
  const { queueMs } = state.request.deadlines;
  if (state.canceled || queueMs === undefined) return new RequestCanceled();
  return ApplicationFailure.nonRetryable(
    `the run could not be created within the queue deadline of ${queueMs} ms: see the last error of the pending step`,
    'deadline-exceeded',
  );
}

async function unlessDue<Answer>(job: Job, step: Step<Answer>): Promise<Answer> {
  if (isDue(job)) throw whyNoRun(job);
  const answer = await askUnless(job.state.inbox, step, () => isDue(job));
  if (answer === 'given-up') throw whyNoRun(job);
  return answer;
}

async function bringConfiguration(job: Job): Promise<void> {
  const { configuration } = job.state.request;
  switch (configuration.kind) {
    case 'current':
      return;
    case 'configuration-version':
      return job.state.useConfigurationVersion(configuration.id, { own: false });
    case 'archive':
      return await uploadArchive(job, configuration.archive);
  }
}

// An upload URL dies when it expires, and a token that is rotated cannot unseal it: a new version has another URL. Storage
// that refuses every URL is given some minutes to come back.
const MOST_VERSIONS = 5;

async function uploadArchive(job: Job, archive: ArchiveRef): Promise<void> {
  const { state, steps } = job;
  for (let versions = 1; ; versions += 1) {
    const created = await unlessDue(
      job,
      steps.createConfigurationVersion({ workspaceId: state.data.workspaceId!, mode: state.request.run.mode }),
    );
    state.useConfigurationVersion(created.id, { own: true });
    const { timing } = state.request;
    const upload = await unlessDue(job, steps.uploadConfiguration({ ...created, archive, timing }));
    if (upload.kind === 'uploaded') return;
    state.warn(`${created.id} was given up: ${upload.why}`);
    if (versions === MOST_VERSIONS) {
      throw ApplicationFailure.nonRetryable(
        `the upload to ${versions} configuration versions in a row was refused, at last because ${upload.why}: see that workers reach the host of TFE's upload URLs, and that no proxy changes them`,
        'configuration-unusable',
      );
    }
    if (versions > 1) await untilStorageIsBack(job);
  }
}

const untilStorageIsBack = (job: Job): Promise<void> =>
  waitInView(job, {
    ms: job.state.request.timing.pollRefusedMs,
    summary: 'TFE refuses its upload URLs: try another one later',
    waitingFor: (until) => `TFE’s storage: another upload URL is asked for at ${until}`,
    unless: () => isDue(job),
  });
