import type { Job } from './job.ts';
import { lookUntil } from './look-until.ts';
import { settled } from './settled.ts';
import { waitForRateLimit } from './wait-in-view.ts';

/**
 * Hands a decided override to TFE: every policy check and task stage that holds the run now. Idempotent by re-reading
 * (design D3): the run being past the override is success. What TFE has not taken for sure stays pending, so that it is
 * handed over again where the run is still held. It approves nothing.
 */
export async function overridePolicies(job: Job): Promise<void> {
  const { steps, state } = job;
  const decision = state.decisions.pendingOverride;
  if (decision === undefined) return;
  const { timing, key } = state.request;
  const comment = `Overridden by ${decision.by}${decision.comment ? ` ("${decision.comment}")` : ''}; request ${key}`;
  let answered: 'all' | 'not-all' = 'all';
  const { overridable } = await steps.findOverridable({ runId: state.reading.id });
  if (overridable.length === 0) {
    state.warn('TFE lists no policy or task that can be overridden now: decide again where one still holds the run');
  }
  for (const held of overridable) {
    const answer = await settled(steps.overridePolicy({ ...held, comment }));
    // The story comes back here, unless the approval has expired or the request was canceled meanwhile.
    if (answer.kind === 'later') return await waitToOverride(job, answer.retryAfterMs);
    if (answer.kind === 'in-doubt') {
      answered = 'not-all';
      state.note({ inDoubt: `override: ${answer.why}` });
    }
    // What TFE refuses for good needs another decision: people are asked again.
    if (answer.kind === 'refused') state.warn(`TFE refused the override of ${held.id}: ${answer.message}`);
  }
  const overridesDone = (state.data.overridesDone ?? 0) + 1;
  if (answered === 'all') state.data.overridesDone = overridesDone;
  await lookUntil(job, {
    over: () => state.phase !== 'awaiting-override' || state.cancelRequested === 'yes',
    pace: 'working',
    waitingFor: 'TFE to take the override',
    deadlineAtMs: Date.now() + timing.actionSettlesMs,
    deadlineSummary: 'the override has not taken effect',
  });
  state.note({ inDoubt: undefined });
  if (state.phase !== 'awaiting-override') state.data.overridesDone = overridesDone;
}

const waitToOverride = (job: Job, retryAfterMs: number) =>
  waitForRateLimit(job, { what: 'override', retryAfterMs, summary: 'TFE is rate limiting: override later' });
