import type { Job } from './job.ts';
import { askUnless } from './stand-still.ts';

/** Reads the request's run once, ahead of all waiting looks, unless there is something better to do. */
export async function readUnless({ state, steps }: Job, isDue: () => boolean): Promise<void> {
  if (isDue()) return;
  const reading = await askUnless(state.inbox, steps.readRun({ runId: state.reading.id }), isDue);
  if (reading !== 'given-up' && !state.isStale(reading)) state.observe(reading);
}
