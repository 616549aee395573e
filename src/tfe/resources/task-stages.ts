import { z } from 'zod';
import { defined, maybeFlag, maybeObject, maybeText, pageOf, resourceId, single } from '../http/json-api.ts';
import type { Page } from '../http/json-api.ts';
import { pagingQuery } from '../http/paging.ts';
import type { Paging } from '../http/paging.ts';
import type { CallOptions, TfeHttp } from '../http/tfe-http.ts';

/** A stage of a run in which run tasks and OPA policies are judged. */
export interface TaskStage {
  id: string;
  /** pre_plan, post_plan, pre_apply, post_apply; an open set. */
  stage?: string;
  /** pending, running, passed, failed, awaiting_override, errored …; an open set. */
  status: string;
  /** Whether its state allows an override, for anybody. */
  isOverridable: boolean;
  /** Whether this token may override; absent where the server does not say. */
  canOverride?: boolean;
}

const taskStage = z
  .object({
    id: resourceId,
    attributes: z.object({
      status: z.string(),
      stage: maybeText,
      actions: maybeObject({ 'is-overridable': maybeFlag }),
      permissions: maybeObject({ 'can-override': maybeFlag, 'can-override-policy': maybeFlag }),
    }),
  })
  .transform(({ id, attributes: told }): TaskStage => ({
    id,
    status: told.status,
    // If the flag is missing, the status says the same.
    isOverridable: told.actions['is-overridable'] ?? told.status === 'awaiting_override',
    ...defined({
      stage: told.stage,
      canOverride: told.permissions['can-override'] ?? told.permissions['can-override-policy'],
    }),
  }));

/** @see https://developer.hashicorp.com/terraform/enterprise/api-docs/run-tasks/run-task-stages-and-results */
export const createTaskStages = (http: TfeHttp) => ({
  listOfRun: (runId: string, { page, pageSize, ...options }: Paging & CallOptions = {}): Promise<Page<TaskStage>> =>
    http.document(
      { operation: 'list task stages', path: ['runs', runId, 'task-stages'], query: pagingQuery({ page, pageSize }) },
      pageOf(taskStage),
      options,
    ),

  read: (taskStageId: string, options?: CallOptions): Promise<TaskStage> =>
    http.document({ operation: 'read task stage', path: ['task-stages', taskStageId] }, single(taskStage), options),

  /** A person's separate decision, apart from apply. `conflict`: does not wait for an override. */
  override: (
    taskStageId: string,
    { comment, ...options }: CallOptions & { comment?: string | undefined } = {},
  ): Promise<void> =>
    http.act(
      {
        operation: 'override task stage',
        method: 'post',
        path: ['task-stages', taskStageId, 'actions', 'override'],
        ...(comment !== undefined && { plain: { comment } }),
      },
      options,
    ),
});
