import { z } from 'zod';
import { maybeObject, maybeText, pageOf, resourceId, single } from '../http/json-api.ts';
import type { Page } from '../http/json-api.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

export interface Comment {
  id: string;
  body: string;
}

const comment = z
  .object({ id: resourceId, attributes: maybeObject({ body: maybeText }) })
  .transform(({ id, attributes: told }): Comment => ({ id, body: told.body ?? '' }));

/** @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/comments */
export const createComments = (http: TfeHttp) => ({
  /** Repeating it repeats the comment. */
  create: (runId: string, body: string, options?: CallOptions): Promise<Comment> =>
    http.document(
      {
        operation: 'comment on run',
        method: 'post',
        path: ['runs', runId, 'comments'],
        document: { data: { type: 'comments', attributes: { body } } },
      },
      single(comment),
      options,
    ),

  list: (runId: string, options?: CallOptions): Promise<Page<Comment>> =>
    http.document({ operation: 'list comments', path: ['runs', runId, 'comments'] }, pageOf(comment), options),
});
