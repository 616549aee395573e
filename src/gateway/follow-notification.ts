import { RequestEndedError, RequestNotFoundError, type RunwrightClient } from '@runwright/client';
import { readMarker } from '../domain/run-marker.ts';
import { isWorkflowId } from './ids.ts';
import type { Notification } from './notification-payload.ts';
import { createOneLook } from './one-look.ts';
import { createRecentKeys, newsFor } from './run-news.ts';

/** What became of a notification about a run. */
export type Followed =
  | { result: 'nudged'; workflowId: string; status: string }
  /** The request knows it already, or has ended. */
  | { result: 'no-news'; workflowId: string }
  /** Not a run of this installation. */
  | { result: 'not-ours' }
  /** Too many requests are being read: polling sees the run, or TFE sends the notification again. */
  | { result: 'busy' };

type RunNotification = Extract<Notification, { kind: 'run' }>;

export type FollowNotification = (notification: RunNotification) => Promise<Followed>;

// Enough for a burst of one busy minute. A forgotten key is looked up in the request's own history again.
const REMEMBERED = 1_000;
// Each look queries Temporal and costs a worker's time. A run has about ten notifications in its life.
const LIMITS = { keys: 50, waiting: 20 };

/**
 * Follows notifications: the marker in the run's message names the request, which is nudged if it does not know the
 * run's status yet. Anybody may write the message, so a false marker must not cause more than a look.
 */
export function createFollower(client: Pick<RunwrightClient, 'installation' | 'view' | 'nudge'>): FollowNotification {
  const recent = createRecentKeys(REMEMBERED);
  const look = createOneLook(
    (workflowId, notifications: readonly RunNotification[]) => lookAt(client, { workflowId, notifications, recent }),
    LIMITS,
  );
  return async (notification) => {
    const marker = readMarker(notification.message);
    if (marker === undefined || !isWorkflowId(marker.workflowId)) return { result: 'not-ours' };
    if (marker.installation !== (await client.installation())) return { result: 'not-ours' };
    return (await look(marker.workflowId, notification)) ?? { result: 'busy' };
  };
}

interface Look {
  workflowId: string;
  notifications: readonly RunNotification[];
  recent: ReturnType<typeof createRecentKeys>;
}

async function lookAt(
  client: Pick<RunwrightClient, 'view' | 'nudge'>,
  { workflowId, notifications, recent }: Look,
): Promise<Followed> {
  try {
    const view = await client.view(workflowId);
    const news = view.workflowState === 'running' ? notifications.flatMap((one) => newsOf(view, one)) : [];
    const unseen = news.filter(({ key }) => recent.add(key) === 'new');
    const latest = unseen.at(-1);
    if (latest === undefined) return { result: 'no-news', workflowId };
    try {
      await client.nudge(workflowId, { runStatus: latest.status });
    } catch (error) {
      for (const { key } of unseen) recent.forget(key);
      throw error;
    }
    return { result: 'nudged', workflowId, status: latest.status };
  } catch (error) {
    if (error instanceof RequestNotFoundError) return { result: 'not-ours' };
    if (error instanceof RequestEndedError) return { result: 'no-news', workflowId };
    throw error;
  }
}

function newsOf(view: Parameters<typeof newsFor>[0], notification: RunNotification) {
  const news = newsFor(view, notification);
  if (news === undefined) return [];
  return [{ status: news.status, key: JSON.stringify([notification.runId, news.status, news.updatedAt]) }];
}
