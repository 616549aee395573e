import { sleep } from '@temporalio/workflow';
import type { Job } from './job.ts';
import { lookUntil } from './look-until.ts';
import { settled } from './settled.ts';

/**
 * Hands a decided override to TFE: every policy check and task stage that holds the run now. Idempotent by re-reading
 * (design D3): the run being past the override is success. It approves nothing.
 */
export async function overridePolicies(job: Job): Promise<void> {
  const { steps, state } = job;
  const decision = state.pendingOverride();
  if (decision === undefined) return;
  const { timing, key } = state.request;
  const comment = `Overridden by ${decision.by}${decision.comment ? ` ("${decision.comment}")` : ''}; request ${key}`;
  const { overridable } = await steps.findOverridable({ runId: state.reading.id });
  for (const held of overridable) {
    const answer = await settled(steps.overridePolicy({ ...held, comment }));
    if (answer.kind === 'later') await sleep(answer.retryAfterMs, { summary: 'TFE is rate limiting: override later' });
    if (answer.kind === 'refused') state.warn(`TFE refused the override of ${held.id}: ${answer.message}`);
  }
  state.data.overridesDone = (state.data.overridesDone ?? 0) + 1;
  await lookUntil(job, {
    over: () => state.phase !== 'awaiting-override' || state.cancelRequested === 'yes',
    pace: 'working',
    waitingFor: 'TFE to take the override',
    deadlineAtMs: Date.now() + timing.actionSettlesMs,
    deadlineSummary: 'the override has not taken effect',
  });
}
