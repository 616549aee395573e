import { linkTo } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { CommentRecord } from './comment-record.ts';
import type { RunEventRecord } from '../run/run-record.ts';

export const presentComment = (comment: CommentRecord): Resource => ({
  id: comment.id,
  type: 'comments',
  attributes: { body: comment.body, 'created-at': comment.createdAt },
  relationships: {
    'run-event': { data: null },
    run: linkTo('runs', comment.runId),
    user: linkTo('users', comment.userId),
  },
  links: { self: `/api/v2/comments/${comment.id}` },
});

export const presentRunEvent = (event: RunEventRecord): Resource => ({
  id: event.id,
  type: 'run-events',
  attributes: { action: event.action, 'created-at': event.createdAt, description: event.description },
  relationships: {
    run: linkTo('runs', event.runId),
    actor: linkTo('users', event.userId),
    target: linkTo('runs', event.runId),
    comment: linkTo('comments', event.commentId),
  },
  links: { self: `/api/v2/run-events/${event.id}` },
});
