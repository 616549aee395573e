import { sleep } from '@temporalio/workflow';
import type { Job } from './job.ts';

/** A pause in a timer: what the Temporal UI calls it, and what the view says is waited for, until when (ISO 8601). */
export interface TimedWait {
  ms: number;
  summary: string;
  waitingFor: (until: string) => string;
}

/** Sleeps, and tells people meanwhile what for. Runs in the non-cancellable scope of the story. */
export async function waitInView({ state }: Job, { ms, summary, waitingFor }: TimedWait): Promise<void> {
  state.note({ waitingFor: waitingFor(new Date(Date.now() + ms).toISOString()) });
  await sleep(ms, { summary });
  state.note({ waitingFor: undefined });
}

/** Until TFE's rate limit lets a write through that it refused. `what` completes "the … is sent again". */
export const waitForRateLimit = (job: Job, write: { what: string; retryAfterMs: number; summary: string }) =>
  waitInView(job, {
    ms: write.retryAfterMs,
    summary: write.summary,
    waitingFor: (until) => `TFE’s rate limit: the ${write.what} is sent again at ${until}`,
  });
