import { RequestEndedError, RequestNotFoundError, type RunwrightClient } from '../client/index.ts';
import { readMarker } from '../domain/run-marker.ts';
import type { Notification } from './notification-payload.ts';
import { createRecentKeys, newsFor } from './run-news.ts';

/** What became of a notification about a run. */
export type Followed =
  | { result: 'nudged'; workflowId: string; status: string }
  /** The request knows it already, or has ended. */
  | { result: 'no-news'; workflowId: string }
  /** Not a run of this installation. */
  | { result: 'not-ours' };

type RunNotification = Extract<Notification, { kind: 'run' }>;

export type FollowNotification = (notification: RunNotification) => Promise<Followed>;

// A burst of one busy minute; what is forgotten is looked up in the request's own history again.
const REMEMBERED = 1_000;

/**
 * Follows notifications: the marker in the run's message names the request, which is nudged when it does not know the
 * run's status yet. The message is anybody's to write, so a false marker must not do more than cause a look.
 */
export function createFollower(client: Pick<RunwrightClient, 'installation' | 'view' | 'nudge'>): FollowNotification {
  const recent = createRecentKeys(REMEMBERED);
  return async (notification) => {
    const { runId, message } = notification;
    const marker = readMarker(message);
    if (marker === undefined || marker.installation !== (await client.installation())) return { result: 'not-ours' };
    const { workflowId } = marker;
    try {
      const view = await client.view(workflowId);
      const news = view.workflowState === 'running' ? newsFor(view, notification) : undefined;
      if (news === undefined) return { result: 'no-news', workflowId };
      const key = JSON.stringify([runId, news.status, news.updatedAt]);
      if (recent.add(key) === 'seen') return { result: 'no-news', workflowId };
      try {
        await client.nudge(workflowId, { runStatus: news.status });
      } catch (error) {
        recent.forget(key);
        throw error;
      }
      return { result: 'nudged', workflowId, status: news.status };
    } catch (error) {
      if (error instanceof RequestNotFoundError) return { result: 'not-ours' };
      if (error instanceof RequestEndedError) return { result: 'no-news', workflowId };
      throw error;
    }
  };
}
