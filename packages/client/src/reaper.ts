import { randomUUID } from 'node:crypto';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { REAPER_WORKFLOW_TYPE, reaperScheduleIdOf, taskQueueOf } from './contract/names.ts';
import type { ReapInput, ReapReport } from './contract/reaper.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';

interface ReaperContext {
  temporal: TemporalAccess;
  installation: string;
}

// An orphan holds its workspace until it is ended, but a shorter interval would waste the list budget.
const EVERY = '15 minutes';

/** Creates the Schedule of the installation's reaper, or finds the existing one: safe to repeat. */
export async function scheduleReaper({ temporal, installation }: ReaperContext): Promise<'created' | 'present'> {
  const scheduleId = reaperScheduleIdOf(installation);
  const input: ReapInput = { mode: 'act' };
  try {
    await temporal.call(() =>
      temporal.client.schedule.create({
        scheduleId,
        spec: { intervals: [{ every: EVERY }] },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
        action: {
          type: 'startWorkflow',
          workflowType: REAPER_WORKFLOW_TYPE,
          workflowId: scheduleId,
          taskQueue: taskQueueOf(installation),
          args: [input],
        },
        memo: { about: 'ends runs of this installation whose workflow is gone' },
      }),
    );
    return 'created';
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return 'present';
    throw error;
  }
}

/** One pass now, with its report. Needs a worker. */
export async function reapNow(input: ReapInput, { temporal, installation }: ReaperContext): Promise<ReapReport> {
  const handle = await temporal.call(() =>
    temporal.client.workflow.start(REAPER_WORKFLOW_TYPE, {
      workflowId: `${reaperScheduleIdOf(installation)}-${randomUUID()}`,
      taskQueue: taskQueueOf(installation),
      args: [input],
      staticSummary: input.mode === 'act' ? 'end runs whose workflow is gone' : 'tell which runs would be ended',
    }),
  );
  // A pass over many organizations waits for the list budget.
  return await temporal.call(() => handle.result() as Promise<ReapReport>, { deadlineMs: 10 * 60_000 });
}
