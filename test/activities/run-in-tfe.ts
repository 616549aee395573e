import type { RunOptions, RunReading } from '@runwright/client/contract';
import { writeMarker } from '../../src/domain/run-marker.ts';
import { waitUntil } from '../support/wait-until.ts';
import { EXECUTION, NAMESPACE_ID, TIMING, type ActivitiesForTests } from './activities-for-tests.ts';

export const MARKER = {
  installation: 'tests',
  namespaceId: NAMESPACE_ID,
  workflowId: EXECUTION.workflowId,
  firstExecutionRunId: EXECUTION.runId,
  plan: 1,
};

/** What createRun is called with, on a configuration version that was uploaded through the activities. */
export async function createRunInput(
  its: ActivitiesForTests,
  { workspaceId, files, options = { mode: 'plan-and-apply' } }: RunForTests,
) {
  const { id, sealedUploadUrl } = await its.call('createConfigurationVersion', { workspaceId, mode: options.mode });
  const archive = await its.archive(files);
  const info = { heartbeatDetails: undefined, attempt: 1 };
  await waitUntil('the upload to be processed', async () => {
    const upload = { id, sealedUploadUrl, archive, timing: TIMING };
    const { answer, heartbeats } = await its.attempt('uploadConfiguration', upload, { info: { ...info } });
    Object.assign(info, { attempt: 2, heartbeatDetails: heartbeats.at(-1) });
    return answer?.kind === 'uploaded';
  });
  return {
    workspaceId,
    configurationVersionId: id,
    message: `a test ${writeMarker(MARKER)}`,
    options,
    sender: EXECUTION.runId,
    startedAtMs: Date.now(),
  };
}

export interface RunForTests {
  workspaceId: string;
  files?: Record<string, string>;
  options?: RunOptions;
}

/** A run that was created through the activities, once it has one of the statuses. */
export async function runInTfe(its: ActivitiesForTests, run: RunForTests, ...statuses: string[]): Promise<RunReading> {
  const created = await its.call('createRun', await createRunInput(its, run));
  if (created.kind !== 'created') throw new Error(`the run was not created: ${JSON.stringify(created)}`);
  return reaches(its, created.run.id, ...statuses);
}

export async function reaches(its: ActivitiesForTests, runId: string, ...statuses: string[]): Promise<RunReading> {
  return waitUntil(`${runId} to be ${statuses.join(' or ')}`, async () => {
    const { reading } = await its.call('readRun', { runId });
    return reading !== undefined && statuses.includes(reading.status) && reading;
  });
}

/** Statuses in which a run of the local TFE waits for its confirmation. */
export const PLANNED = ['planned', 'cost_estimated', 'policy_checked', 'post_plan_completed'] as const;
