import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ArchiveRef } from '../contract/run-request.ts';
import type { Job } from './job.ts';
import { waitInView } from './wait-in-view.ts';

/**
 * Everything before the run: accept the request, check the workspace, bring the configuration to TFE. Cancellable at
 * any point, because all it leaves behind is an unused configuration version.
 */
export async function prepare(job: Job, input: unknown): Promise<void> {
  const { state, steps } = job;
  state.data.accepted = await steps.acceptRequest(input);
  state.onChange('detail'); // the client has set the search attributes
  await withinQueueDeadline(job, async () => {
    const { request } = state.accepted;
    const { workspaceId } = await steps.checkWorkspace({ request });
    state.data.workspaceId = workspaceId;
    await bringConfiguration(job);
  });
}

async function bringConfiguration(job: Job): Promise<void> {
  const { state } = job;
  const { configuration } = state.request;
  switch (configuration.kind) {
    case 'current':
      return;
    case 'configuration-version':
      state.data.configurationVersionId = configuration.id;
      return;
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
    const created = await steps.createConfigurationVersion({
      workspaceId: state.data.workspaceId!,
      mode: state.request.run.mode,
    });
    state.data.configurationVersionIds.push(created.id);
    state.data.configurationVersionId = created.id;
    const upload = await steps.uploadConfiguration({ ...created, archive, timing: state.request.timing });
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
  });

async function withinQueueDeadline({ state }: Job, work: () => Promise<void>): Promise<void> {
  const { queueMs } = state.request.deadlines;
  if (queueMs === undefined) return work();
  try {
    await CancellationScope.withTimeout(Math.max(1, state.data.acceptedAtMs + queueMs - Date.now()), work);
  } catch (error) {
    if (!isCancellation(error) || state.cancelRequested === 'yes') throw error;
    throw queueDeadlinePassed(queueMs);
  }
}

/** The failure of a request whose run was not there in time. */
export const queueDeadlinePassed = (queueMs: number): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `the run could not be created within the queue deadline of ${queueMs} ms: see the last error of the pending step`,
    'deadline-exceeded',
  );
