import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { ArchiveRef } from '@runwright/client/contract';
import { armDeadlines } from './inbox/arm-deadlines.ts';
import { RequestCanceled } from './conclude.ts';
import type { RequestContext } from './request-context.ts';
import { endEarlierLives } from './other-runs.ts';
import { ask, askUnless } from './inbox/stand-still.ts';
import type { Step } from './steps.ts';
import { waitInView } from './inbox/wait-in-view.ts';

/**
 * Everything before the run: accept the request, check the workspace, bring the configuration to TFE. Stops as soon as
 * the request is canceled or its queue deadline passes. It then leaves only an unused configuration version behind.
 */
export async function prepare(context: RequestContext, input: unknown): Promise<void> {
  const { state, steps } = context;
  state.accept(await ask(state.inbox, steps.acceptRequest(input)));
  const { request } = state;
  armDeadlines(context);
  const { firstExecutionRunId } = workflowInfo();
  const { workspaceId, earlierLife } = await unlessDue(context, steps.checkWorkspace({ request, firstExecutionRunId }));
  state.useWorkspace(workspaceId);
  if (earlierLife !== undefined) await endEarlierLives(context, [earlierLife], () => isDue(context));
  await bringConfiguration(context);
}

/** The request must not get a run any more. */
export const isDue = ({ state }: Pick<RequestContext, 'state'>): boolean =>
  state.canceled || state.times.hasPassed('queue');

/** The error that ends a request without a run. */
export function whyNoRun({ state }: Pick<RequestContext, 'state'>): Error {
  const { queueMs } = state.request.deadlines;
  if (state.canceled || queueMs === undefined) return new RequestCanceled();
  return ApplicationFailure.nonRetryable(
    `the run could not be created within the queue deadline of ${queueMs} ms: see the last error of the pending step`,
    'deadline-exceeded',
  );
}

async function unlessDue<Answer>(context: RequestContext, step: Step<Answer>): Promise<Answer> {
  if (isDue(context)) throw whyNoRun(context);
  const answer = await askUnless(context.state.inbox, step, () => isDue(context));
  if (answer === 'given-up') throw whyNoRun(context);
  return answer;
}

async function bringConfiguration(context: RequestContext): Promise<void> {
  const { configuration } = context.state.request;
  switch (configuration.kind) {
    case 'current':
      return;
    case 'configuration-version':
      return context.state.useConfigurationVersion(configuration.id, { own: false });
    case 'archive':
      return await uploadArchive(context, configuration.archive);
  }
}

// An upload URL expires, and a rotated token cannot unseal it. A new version has another URL. Storage that refuses
// every URL gets some minutes to recover.
const MOST_VERSIONS = 5;

async function uploadArchive(context: RequestContext, archive: ArchiveRef): Promise<void> {
  const { state, steps } = context;
  for (let versions = 1; ; versions += 1) {
    const created = await unlessDue(
      context,
      steps.createConfigurationVersion({ workspaceId: state.data.workspaceId!, mode: state.request.run.mode }),
    );
    state.useConfigurationVersion(created.id, { own: true });
    const { timing } = state.request;
    const upload = await unlessDue(context, steps.uploadConfiguration({ ...created, archive, timing }));
    if (upload.kind === 'uploaded') return;
    state.warn(`${created.id} was given up: ${upload.why}`);
    if (versions === MOST_VERSIONS) {
      throw ApplicationFailure.nonRetryable(
        `the upload to ${versions} configuration versions in a row was refused, at last because ${upload.why}: see that workers reach the host of TFE's upload URLs, and that no proxy changes them`,
        'configuration-unusable',
      );
    }
    if (versions > 1) await untilStorageIsBack(context);
  }
}

const untilStorageIsBack = (context: RequestContext): Promise<void> =>
  waitInView(context, {
    ms: context.state.request.timing.pollRefusedMs,
    summary: 'TFE refuses its upload URLs: try another one later',
    waitingFor: (until) => `TFE’s storage: another upload URL is asked for at ${until}`,
    unless: () => isDue(context),
  });
