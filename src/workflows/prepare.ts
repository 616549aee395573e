import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Job } from './job.ts';

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

async function bringConfiguration({ state, steps }: Job): Promise<void> {
  const { configuration, run } = state.request;
  switch (configuration.kind) {
    case 'current':
      return;
    case 'configuration-version':
      state.data.configurationVersionId = configuration.id;
      return;
    case 'archive':
      for (;;) {
        const created = await steps.createConfigurationVersion({
          workspaceId: state.data.workspaceId!,
          mode: run.mode,
        });
        state.data.configurationVersionIds.push(created.id);
        state.data.configurationVersionId = created.id;
        const upload = await steps.uploadConfiguration({
          ...created,
          archive: configuration.archive,
          timing: state.request.timing,
        });
        if (upload.kind === 'uploaded') return;
        state.warn(`${created.id} was given up: ${upload.why}`); // its upload URL is gone: only a new one has another
      }
  }
}

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
