import { sleep } from '@temporalio/workflow';
import type { RunReading } from '../contract/run-reading.ts';
import type { EndedFor } from '../domain/outcome.ts';
import { isFinalRun, isPastConfirmation } from '../domain/run-phase.ts';
import type { Job } from './job.ts';
import { lookUntil } from './look-until.ts';
import { settled } from './settled.ts';
import { waitForRateLimit } from './wait-in-view.ts';

/**
 * Discards or cancels the request's run and waits until TFE says so (design D9). Never forces, and cancels a
 * confirmed run only where the reason is one that may interrupt an apply. Gives up after the request's cleanup time.
 */
export async function endRun(job: Job, endedFor: EndedFor): Promise<'final' | 'confirmed' | 'given-up'> {
  const { state } = job;
  state.data.acts.endedFor ??= endedFor;
  state.enter('cleaning-up');
  const deadlineAtMs = Date.now() + state.request.timing.cleanupMs;
  while (!isFinalRun(state.reading)) {
    if (isPastConfirmation(state.reading) && !mayInterrupt(job, endedFor)) return 'confirmed';
    if (Date.now() >= deadlineAtMs) return 'given-up';
    const before = state.reading;
    if ((await askToEnd(job, before, commentOf(job, endedFor))) === 'not-taken') continue;
    // After a 202 the run may look as before for a while; without an answer the look tells.
    const settleAtMs = Math.min(deadlineAtMs, Date.now() + state.request.timing.actionSettlesMs);
    await lookUntil(job, {
      over: () => isFinalRun(state.reading) || endingActionOf(state.reading) !== endingActionOf(before),
      pace: 'working',
      waitingFor: 'TFE to end the run',
      deadlineAtMs: settleAtMs,
      deadlineSummary: 'ask TFE again to end the run',
    });
    state.note({ inDoubt: undefined });
  }
  return 'final';
}

// Somebody may confirm the run while it is being ended: an apply is interrupted only where the policy says so.
function mayInterrupt({ state }: Job, endedFor: EndedFor): boolean {
  const { approval, cancelDuringApply } = state.request;
  if (state.data.acts.apply === 'not-sent' && approval.confirmedElsewhere === 'interrupt') return true;
  switch (endedFor) {
    case 'confirmed-elsewhere':
    case 'option-ignored':
      return true;
    case 'deadline':
      return state.data.acts.apply === 'sent';
    case 'canceled':
      return cancelDuringApply === 'interrupt';
    case 'rejected':
    case 'expired':
      return false;
  }
}

/** Ends a second run that a lost request created. It never waits for approval, so it is never an apply. */
export async function endDuplicate({ steps, state }: Job, duplicate: RunReading): Promise<void> {
  const deadlineAtMs = Date.now() + state.request.timing.cleanupMs;
  let run = duplicate;
  while (!isFinalRun(run) && !isPastConfirmation(run) && Date.now() < deadlineAtMs) {
    const input = {
      runId: run.id,
      comment: `A second run of request ${state.request.key}, created by a lost request.`,
    };
    const action = endingActionOf(run);
    if (action === 'discard') await settled(steps.discardRun(input));
    if (action === 'cancel') await settled(steps.cancelRun(input));
    await sleep(state.request.timing.pollMinMs, { summary: `until ${run.id} has ended` });
    run = await steps.readRun({ runId: run.id });
  }
  if (!isFinalRun(run)) state.warn(`the second run ${run.id} is still ${run.status} in TFE: end it there`);
}

/** What TFE allows now; the flags decide, never the status. */
const endingActionOf = (run: RunReading): 'discard' | 'cancel' | 'wait' => {
  if (run.actions.discardable) return 'discard';
  return run.actions.cancelable ? 'cancel' : 'wait';
};

/** `not-taken`: nothing was done for sure, and the time has come to ask again. */
async function askToEnd(job: Job, run: RunReading, comment: string): Promise<'asked' | 'not-taken'> {
  const { steps, state } = job;
  const action = endingActionOf(run);
  if (action === 'wait') return 'asked';
  const answer = await settled((action === 'discard' ? steps.discardRun : steps.cancelRun)({ runId: run.id, comment }));
  if (answer.kind === 'in-doubt') state.note({ inDoubt: `${action}: ${answer.why}` });
  if (answer.kind !== 'later') return 'asked';
  await waitForRateLimit(job, {
    what: action,
    retryAfterMs: answer.retryAfterMs,
    summary: 'TFE is rate limiting: end the run later',
  });
  return 'not-taken';
}

function commentOf({ state }: Job, endedFor: EndedFor): string {
  const { key } = state.request;
  const decider = state.decisions.rejection;
  switch (endedFor) {
    case 'rejected':
      return `Rejected by ${decider?.by ?? 'an approver'}: ${decider?.comment ?? 'no reason given'} (request ${key})`;
    case 'expired':
      return `Nobody decided in time (request ${key}).`;
    case 'deadline':
      return `A deadline of request ${key} has passed.`;
    case 'canceled':
      return `Request ${key} was canceled.`;
    case 'confirmed-elsewhere':
      return `Confirmed outside of request ${key}, whose policy interrupts that.`;
    case 'option-ignored':
      return `This run does not carry the options that request ${key} asked for.`;
  }
}
