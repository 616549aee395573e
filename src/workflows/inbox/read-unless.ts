import type { RequestContext } from '../request-context.ts';
import { askUnless } from './stand-still.ts';
import { takeNews } from '../state/take-news.ts';

/**
 * Reads the request's run once, ahead of all waiting looks. Gives up when `isDue` says that something else comes first.
 */
export async function readUnless(context: RequestContext, isDue: () => boolean): Promise<void> {
  const { state } = context;
  const news = await askUnless(state.inbox, readNow(context, state.reading.id), isDue);
  if (news !== 'given-up') takeNews(state, news);
}

/** The run as TFE shows it now. This read does not queue behind looks. */
export function readNow({ state, steps }: RequestContext, runId: string) {
  const { blocker } = state.data;
  return steps.readRun({ runId, ...(blocker && { knownBlocker: blocker }) });
}
