import { z } from 'zod';
import { addComment } from '../run/run-actions.ts';
import { created, notFound, ok } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demandInRun, runOf } from '../http/permissions.ts';
import type { Call, Route } from '../http/route.ts';
import { presentComment, presentRunEvent } from './comment-document.ts';
import { presentUser } from '../organization/organization-document.ts';
import type { Resource } from '../http/json-api.ts';
import type { ActionsDeps } from '../run/run-actions.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import type { RunEventRecord } from '../run/run-record.ts';

export interface CommentsRouteDeps extends ActionsDeps, PermissionsDeps {
  store: Store;
}

const Create = z.object({ body: z.string().min(1, "can't be blank") });

const RELATIONS = ['actor', 'comment'];

function sideLoads(events: readonly RunEventRecord[], call: Call, deps: CommentsRouteDeps): { included?: Resource[] } {
  const asked = call.query.include(RELATIONS);
  if (asked.length === 0) return {};
  const found = new Map<string, Resource>();
  for (const event of events) {
    const actor = asked.includes('actor') && event.userId !== null && deps.store.users.get(event.userId);
    const comment = asked.includes('comment') && event.commentId !== null && deps.store.comments.get(event.commentId);
    if (actor) found.set(actor.id, presentUser(actor));
    if (comment) found.set(comment.id, presentComment(comment));
  }
  return { included: [...found.values()] };
}

export const commentRoutes: readonly Route<CommentsRouteDeps>[] = [
  {
    method: 'GET',
    path: '/runs/:run_id/comments',
    summary: 'List the comments on a run',
    door: 'api',
    handle: (call, deps) =>
      ok({
        data: deps.store.comments.select({ scope: runOf(call, deps).id, order: 'oldest' }).map(presentComment),
      }),
  },
  {
    method: 'POST',
    path: '/runs/:run_id/comments',
    summary: 'Comment on a run',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const run = runOf(call, deps, 'plan');
      const { attributes } = readResource(call.body, { type: 'comments', attributes: Create });
      const id = deps.store.transaction(() => addComment(deps, run.id, call.caller.user.id, attributes.body));
      return created({ data: presentComment(deps.store.comments.require(id)) });
    },
  },
  {
    method: 'GET',
    path: '/comments/:comment_id',
    summary: 'Read a comment',
    door: 'api',
    handle(call, deps) {
      const comment = deps.store.comments.get(call.params['comment_id'] ?? '');
      if (!comment) throw notFound();
      demandInRun(call.caller, deps, 'read', comment.runId);
      return ok({ data: presentComment(comment) });
    },
  },
  {
    method: 'GET',
    path: '/runs/:run_id/run-events',
    summary: 'List what happened to a run',
    door: 'api',
    include: RELATIONS,
    handle(call, deps) {
      const events = deps.store.runEvents.select({ scope: runOf(call, deps).id, order: 'oldest' });
      return ok({ data: events.map(presentRunEvent), ...sideLoads(events, call, deps) });
    },
  },
  {
    method: 'GET',
    path: '/run-events/:run_event_id',
    summary: 'Read a run event',
    door: 'api',
    include: RELATIONS,
    handle(call, deps) {
      const event = deps.store.runEvents.get(call.params['run_event_id'] ?? '');
      if (!event) throw notFound();
      demandInRun(call.caller, deps, 'read', event.runId);
      return ok({ data: presentRunEvent(event), ...sideLoads([event], call, deps) });
    },
  },
];
