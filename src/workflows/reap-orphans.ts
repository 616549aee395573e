import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import { activityQueuesOf } from '../contract/names.ts';
import type { ReapInput, ReapReport, ReapedRun } from '../contract/reaper.ts';
import type { RunActivities } from '../activities/index.ts';
import { settled } from './settled.ts';

// The reaper is never in a hurry: it uses the list budget, which no open request needs in its happy path.
const RETRY = { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' } as const;

/**
 * Ends the non-final runs of this installation whose workflow is gone (design D9): terminated by hand, or forgotten
 * after retention. Never touches a run without our marker, one whose workflow lives, nor an apply.
 */
export async function reapOrphans(input: ReapInput): Promise<ReapReport> {
  const { now, list } = activityQueuesOf(workflowInfo().taskQueue);
  const listing = proxyActivities<RunActivities>({
    taskQueue: list,
    startToCloseTimeout: '5m',
    retry: RETRY,
    summary: 'GET runs: which of ours have not ended',
  });
  const acting = proxyActivities<RunActivities>({
    taskQueue: now,
    startToCloseTimeout: '30s',
    heartbeatTimeout: '10s',
    retry: { maximumAttempts: 1 },
    summary: 'POST discard or cancel: end a run whose workflow is gone',
  });
  const { orphans, examined } = await listing.findOrphans();
  const ended: ReapedRun[] = [];
  for (const orphan of orphans) {
    if (input.mode === 'dry-run' || orphan.action === 'leave') {
      ended.push(orphan);
      continue;
    }
    const act = orphan.action === 'discard' ? acting.discardRun : acting.cancelRun;
    const comment = `The workflow of this run is gone (${orphan.workflow}): ended by Runwright's reaper.`;
    const answer = await settled(act({ runId: orphan.runId, comment }));
    // What was not accepted is found again by the next pass.
    ended.push({ ...orphan, answer: answer.kind });
  }
  return { mode: input.mode, examined, runs: ended };
}
