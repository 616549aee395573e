import type { News } from '../../activities/watch-run.ts';
import type { RunState } from './run-state.ts';

/** Takes in what a look at the request's run has brought. */
export function takeNews(state: RunState, news: News): void {
  if (news.plannedChanges) state.takePlannedChanges(news.plannedChanges);
  if (news.reading && !state.apply.isStale(news.reading)) state.observe(news.reading);
  if ('blocker' in news) state.note({ blocker: news.blocker ?? undefined });
  if (news.gone) state.times.noteGone();
  if (news.pause === 'over') state.note({ blocker: undefined });
  if (news.heldBy?.kind === 'own-run') state.doubt();
  if (news.heldBy?.kind === 'earlier-life') state.isHeldByEarlierLife(news.heldBy.run);
}
