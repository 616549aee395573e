import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { RunOutput, Timing } from '@runwright/client/contract';
import { countOf } from '@runwright/client/domain';
import { pollDelayMs } from '../domain/poll-delay.ts';
import type { StateVersion, StateVersionOutput } from '../tfe/resources/state-versions.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { isRefusal, lookAgain, toFailure } from './to-failure.ts';

export interface OutputsInput {
  workspaceId: string;
  runId: string;
  /** From the apply. Without it we read the workspace's current one, if this run wrote it. */
  stateVersionId?: string;
  timing: Timing;
}

export interface Outputs {
  stateVersionId?: string;
  outputs: RunOutput[];
  warning?: string;
}

/** What one attempt passes to the next, in the heartbeat details. */
interface Progress {
  /** How many attempts TFE did not answer as it should. */
  failures: number;
  stateVersionId?: string;
  /** The page to list next. */
  page: number;
  outputs: RunOutput[];
  /** Size of the values that are kept. */
  bytes: number;
}

const NOTHING_YET: Progress = { failures: 0, page: 1, outputs: [], bytes: 0 };

const PAGE_SIZE = 100;
// Outputs cross history, and Temporal takes 2 MB at once. A longer value is left out; `runwright outputs --reveal`
// reads it from TFE.
const MAX_OUTPUT_BYTES = 16_384;
const MAX_BYTES = 262_144;
// Names and ids alone: a thousand take some 100 KB.
const MAX_OUTPUTS = 1_000;
// Worth a few tries, never worth a delay of the result.
const MOST_FAILURES = 5;
// TFE reads the outputs from a new state within seconds and shows none before. We wait two minutes, unless the request
// says otherwise.
const MOST_SETTLES = 4;

export const createOutputActivities = ({ tfe }: ActivityDeps) => ({
  /**
   * GET the outputs of this apply's state version; sensitive ones only as names. Waits until TFE has read them from the
   * state. One attempt reads the state version and its first page; each further page has its own attempt.
   */
  async readOutputs(input: OutputsInput): Promise<Outputs> {
    const before = (activityInfo().heartbeatDetails as Progress | undefined) ?? NOTHING_YET;
    try {
      return await goOn(tfe, input, before);
    } catch (error) {
      if (!(error instanceof TfeError)) throw error;
      const failures = before.failures + 1;
      heartbeat({ ...before, failures } satisfies Progress);
      throw failures < MOST_FAILURES ? toFailure(error, 'with-a-run') : givenUp(error);
    }
  },
});

async function goOn(tfe: ActivityDeps['tfe'], input: OutputsInput, before: Progress): Promise<Outputs> {
  let { stateVersionId } = before;
  if (stateVersionId === undefined) {
    const version = await stateVersionOf(tfe, input);
    if (version === 'hidden') return await listHidden(tfe, input, before);
    if (version.runId !== undefined && version.runId !== input.runId) return { outputs: [], warning: WRITTEN_SINCE };
    if (version.resourcesProcessed === false) return untilProcessed(version, input, before);
    stateVersionId = version.id;
  }
  return await listPage(tfe, stateVersionId, before);
}

async function listPage(tfe: ActivityDeps['tfe'], stateVersionId: string, before: Progress): Promise<Outputs> {
  const { page } = before;
  const options = { page, pageSize: PAGE_SIZE, signal: cancellationSignal() };
  const listed = await tfe.stateVersions.outputs(stateVersionId, options);
  const now = listed.items.reduce(withOutput, { ...before, stateVersionId, failures: 0 });
  if (listed.nextPage === undefined || now.outputs.length >= MAX_OUTPUTS) {
    return { stateVersionId, outputs: now.outputs, ...warningOf(now, { isWhole: listed.nextPage === undefined }) };
  }
  heartbeat({ ...now, page: listed.nextPage } satisfies Progress);
  throw lookAgain(`${countOf(now.outputs.length, 'output')} read, the list goes on`, 1);
}

/**
 * A team may read outputs but no state versions. Then nothing shows whether TFE has read the outputs yet, so an empty
 * list is read again for a while.
 */
async function listHidden(tfe: ActivityDeps['tfe'], input: OutputsInput, before: Progress): Promise<Outputs> {
  const listed = await listPage(tfe, input.stateVersionId!, before);
  if (listed.outputs.length > 0 || hasWaited(input.timing.actionSettlesMs)) return listed;
  throw lookAtOutputsAgain(input, before);
}

/** `hidden`: the apply names it, but TFE does not show it. */
async function stateVersionOf(
  tfe: ActivityDeps['tfe'],
  { workspaceId, stateVersionId }: OutputsInput,
): Promise<StateVersion | 'hidden'> {
  const signal = cancellationSignal();
  if (stateVersionId === undefined) return await tfe.stateVersions.current(workspaceId, { signal });
  try {
    return await tfe.stateVersions.read(stateVersionId, { signal });
  } catch (error) {
    if (isRefusal(error)) return 'hidden';
    throw error;
  }
}

/** Fails benignly with the delay until the next look, until TFE has had its time. */
function untilProcessed({ id }: StateVersion, input: OutputsInput, before: Progress): Outputs {
  if (hasWaited(MOST_SETTLES * input.timing.actionSettlesMs)) {
    return { stateVersionId: id, outputs: [], warning: NOT_PROCESSED };
  }
  throw lookAtOutputsAgain(input, before);
}

function hasWaited(ms: number): boolean {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs >= ms;
}

function lookAtOutputsAgain({ timing }: OutputsInput, before: Progress): ApplicationFailure {
  const { scheduledTimestampMs: startedAtMs, currentAttemptScheduledTimestampMs: nowMs } = activityInfo();
  heartbeat({ ...before, failures: 0 } satisfies Progress);
  return lookAgain(
    'TFE is reading the outputs out of the state',
    pollDelayMs({ startedAtMs, pace: 'working' }, nowMs, timing),
  );
}

function withOutput(sofar: Progress & { stateVersionId: string }, output: StateVersionOutput) {
  const { id, name } = output;
  if (output.sensitive) return { ...sofar, outputs: [...sofar.outputs, { id, name, sensitive: true }] };
  const bytes = Buffer.byteLength(JSON.stringify(output.value) ?? '');
  const isKept = bytes <= MAX_OUTPUT_BYTES && sofar.bytes + bytes <= MAX_BYTES;
  const kept: RunOutput = { id, name, sensitive: false, ...(isKept && { value: output.value }) };
  return { ...sofar, outputs: [...sofar.outputs, kept], bytes: sofar.bytes + (isKept ? bytes : 0) };
}

const WRITTEN_SINCE = 'the outputs of this apply are not shown: a later run has written the state since';
const NOT_PROCESSED = 'the outputs are not shown: TFE had not read them out of the state in time; see them there';

function warningOf({ outputs }: Progress, { isWhole }: { isWhole: boolean }): { warning?: string } {
  const left = outputs.filter((output) => !output.sensitive && !('value' in output)).length;
  const warnings = [
    ...(left > 0
      ? [
          `${countOf(left, 'output')} kept by name only, because of the size: runwright outputs --reveal reads the value`,
        ]
      : []),
    ...(isWhole ? [] : [`only the first ${outputs.length} outputs are listed: see the others in TFE`]),
  ];
  return warnings.length > 0 ? { warning: warnings.join('; ') } : {};
}

const givenUp = ({ message }: TfeError): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'tfe-refused');
