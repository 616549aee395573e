import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import type { FailureType, RunOptions, RunReading } from '@runwright/client/contract';
import { isPastConfirmation } from '@runwright/client/domain';
import { optionIgnored, recognizedBy, type AskedFor } from '../domain/option-ignored.ts';
import { markedMessage } from '../domain/run-marker.ts';
import { actOnce } from './act.ts';
import { armDeadlines } from './inbox/arm-deadlines.ts';
import { canceledUnlessLeft, failRequest } from './conclude.ts';
import { findOurRuns, markerOf, type FoundRuns } from './find-our-runs.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { RequestContext } from './request-context.ts';
import { endOtherRunsInTime, notEndedOf, settleOtherRuns } from './other-runs.ts';
import { isDue, whyNoRun } from './prepare.ts';
import { readUnless } from './inbox/read-unless.ts';
import { untilProcessed, type Processing } from './until-processed.ts';
import { waitInView } from './inbox/wait-in-view.ts';

/** What is known of the creation until it is settled. */
interface Creation extends Processing {
  /** The execution that may send. After a reset it is not this one, and the activity then answers "in doubt". */
  sender: string;
  lookedUpAtMs?: number;
  /** Whether this execution, or one that it continues, has sent anything. */
  sent: boolean;
}

/**
 * Creates the run once. TFE has no idempotency key, so a lost answer is looked up, never repeated blindly
 * (docs/adr/0001). Each request is sent only after a check of the cancellation and the queue deadline.
 */
export async function createRunOnce(context: RequestContext): Promise<void> {
  const { state } = context;
  const creation: Creation = { sender: workflowInfo().firstExecutionRunId, sent: false, processingMs: 0 };
  armDeadlines(context); // a new execution has not armed any
  while (state.data.reading === undefined) {
    if (isDue(context)) return await stop(context);
    if (isTooLong(context)) await startAfresh(context);
    const answer = await askForRun(context, creation);
    switch (answer.kind) {
      case 'created':
        return adopt(context, answer.run);
      case 'refused':
        return await fail(context, answer);
      case 'in-doubt':
        state.doubt(`create the run: ${answer.why}`);
        await lookUp(context, creation);
        break;
      case 'not-processed-yet':
        if ((await untilProcessed(context, creation)) === 'waited') break;
        return await fail(context, { type: 'configuration-unusable', message: `${answer.message} ${NEVER_UPLOADED}` });
      case 'withdrawn':
    }
  }
}

const NEVER_UPLOADED =
  'It says so since the run was first asked for: was anything uploaded to the configuration version?';

const NOT_LISTED =
  'whether a request before it, whose answer was lost, had created a run TFE was not able to say: the reaper ends it';

/** Fails the request, unless a create that we had given up as lost has landed since. */
async function fail(context: RequestContext, { type, message }: { type: FailureType; message: string }): Promise<void> {
  const settled = await endOtherRunsInTime(context);
  if (context.state.data.reading !== undefined) return;
  const isUnknown = settled.kind === 'refused' || settled.kind === 'given-up';
  throw ApplicationFailure.nonRetryable(isUnknown ? `${message}; ${NOT_LISTED}` : message, type);
}

/** Ends a request that must not get a run any more. Returns if it finds a run that somebody has confirmed. */
async function stop(context: RequestContext): Promise<void> {
  const { state } = context;
  let settled = await endOtherRunsInTime(context);
  if (settled.kind === 'settled' && state.data.doubted && state.data.reading === undefined) {
    await untilListsCatchUp(context);
    settled = await endOtherRunsInTime(context);
  }
  if (settled.kind === 'refused' || settled.kind === 'given-up') throw unsettled(context);
  if (state.data.reading !== undefined) return;
  throw state.canceled ? await canceledUnlessLeft(context, notEndedOf(settled)) : whyNoRun(context);
}

/** Lists lag behind what was created. Waiting here keeps a listing that came too early from leaving a run behind. */
const untilListsCatchUp = (context: RequestContext): Promise<void> =>
  waitInView(context, {
    ms: context.state.request.timing.pollWorkingMaxMs,
    summary: 'look for a lost run once more',
    waitingFor: (until) => `TFE’s list to catch up: it is looked for a lost run once more at ${until}`,
  });

/** TFE does not say whether there is a run, and the request has no time left to keep asking. */
function unsettled(context: RequestContext): ApplicationFailure {
  const { state } = context;
  return failRequest(context, {
    type: state.canceled ? 'cleanup-incomplete' : 'deadline-exceeded',
    message: `whether the run was created is in doubt, and TFE cannot be asked (${state.data.blocker ?? 'no answer'}): if there is one, nobody approved it, and the reaper ends it`,
    changed: 'nothing',
  });
}

async function askForRun(context: RequestContext, creation: Creation) {
  const { state, steps } = context;
  const { configurationVersionId, workspaceId, startedAtMs } = state.data;
  const { sender, lookedUpAtMs } = creation;
  const answer = await actOnce(context, {
    what: 'creation of the run',
    isWanted: () => !isDue(context),
    mayContinueAsNew: true,
    send: () =>
      steps.createRun({
        workspaceId: workspaceId!,
        ...(configurationVersionId && { configurationVersionId }),
        message: messageOf(context),
        options: optionsOf(context),
        sender,
        startedAtMs,
        ...(lookedUpAtMs !== undefined && { lookedUpAtMs }),
      }),
  });
  if (answer.kind !== 'withdrawn' && !('sentBy' in answer)) creation.sent = true;
  return answer;
}

/**
 * TFE itself applies an empty plan if the run allows that, so there is no apply to hold back. Once a request is in
 * doubt, only the run that it may already have created may allow that.
 */
function optionsOf({ state }: RequestContext): RunOptions {
  const { run } = state.request;
  if (run.allowEmptyApply !== true || !state.data.doubted) return run;
  state.warn(
    'whether a lost request has created a run is not certain, so the run is created without allow-empty-apply: if its plan is empty, TFE does not apply it. Ask again with another key where the empty apply is needed',
  );
  return { ...run, allowEmptyApply: false };
}

function messageOf(context: RequestContext): string {
  const { run, requestedBy } = context.state.request;
  return markedMessage(run.message ?? `asked for by ${requestedBy}`, markerOf(context));
}

/** Settles a doubt: once a lost request can no longer land, asks TFE for the run and adopts the oldest one. */
async function lookUp(context: RequestContext, creation: Creation): Promise<void> {
  const { state } = context;
  await waitInView(context, {
    ms: state.request.timing.commitWindowMs,
    summary: 'until a lost request cannot land any more',
    waitingFor: (until) => `a lost request to land: TFE is asked for the run at ${until}`,
  });
  const found = await findInDoubt(context);
  if (found === 'given-up') return;
  creation.sender = found.executionRunId;
  creation.lookedUpAtMs = found.lookedUpAtMs;
  // A run that somebody has confirmed comes first: no other may be applied.
  const run = found.runs.find(isPastConfirmation) ?? found.runs[0];
  if (run !== undefined) {
    if (!creation.sent || found.executionRunId !== workflowInfo().firstExecutionRunId)
      takeOverConfiguration(context, run);
    adopt(context, run);
    await readUnless(context, () => state.canceled); // a list tells less than the run does: no counts
  }
  state.note({ inDoubt: undefined });
  await settleOtherRuns(context, found);
}

/** Repeats a listing that TFE refuses, until the request must not get a run any more (`stop`). */
async function findInDoubt(context: RequestContext): Promise<FoundRuns | 'given-up'> {
  for (;;) {
    const found = await findOurRuns(context, { isDue: () => isDue(context), patience: 'until-listed' });
    if (found.kind === 'found') return found;
    if (found.kind === 'given-up') return 'given-up';
  }
}

/**
 * A run of an earlier execution (before a reset, or newer than a restored backup) uses the configuration version of
 * that time. This execution may have uploaded the archive once more.
 */
function takeOverConfiguration({ state }: RequestContext, { configurationVersionId }: RunReading): void {
  if (configurationVersionId !== undefined) state.useConfigurationVersion(configurationVersionId, { own: false });
}

function adopt(context: RequestContext, run: RunReading): void {
  const { state } = context;
  state.adopt(run);
  const asked: AskedFor = {
    marker: markerOf(context),
    message: messageOf(context),
    configurationVersionId: state.data.configurationVersionId,
    ownConfigurationVersionIds: state.data.configurationVersionIds,
    allowEmptyApply: state.request.run.allowEmptyApply === true,
  };
  if (recognizedBy(run, asked) === 'own-configuration') {
    state.warn(
      `this server keeps no messages as they are sent: run ${run.id} is known by its configuration version alone, so after a termination of this workflow the reaper cannot find it`,
    );
  }
  const ignored = optionIgnored(run, asked);
  if (ignored !== undefined) state.ignoresOption(ignored);
}
