import { isDeepStrictEqual } from 'node:util';
import { pollHistory, withPatience, type FollowOptions, type HistoryPosition } from './await-close.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';
import { viewRequest, type RequestView } from './view-request.ts';

/**
 * The view now, and again after every change, until the request has ended; the last one holds the ending. Nothing is
 * polled: a long poll on the history shows that something happened, and the view is read every 20 s or so anyway.
 */
export async function* watchRequest(
  temporal: TemporalAccess,
  workflowId: string,
  options: FollowOptions = {},
): AsyncGenerator<RequestView, void, void> {
  let position: HistoryPosition = { workflowId };
  let shown: RequestView | undefined;
  for (;;) {
    const view = await withPatience(() => viewRequest(temporal, workflowId, options), options);
    if (shown === undefined || !isSameView(shown, view)) yield view;
    shown = view;
    if (view.workflowState !== 'running') return;
    ({ position } = await withPatience(() => pollHistory(temporal, position, options.signal), options));
    options.signal?.throwIfAborted();
  }
}

// The time of the next look moves with every look, so it alone is no news.
const isSameView = ({ nextLookAt: _one, ...a }: RequestView, { nextLookAt: _other, ...b }: RequestView): boolean =>
  isDeepStrictEqual(a, b);
