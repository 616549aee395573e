import type { ActionsDeps } from './run-actions.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { Store } from '../store/store.ts';
import { z } from 'zod';
import { act } from './run-actions.ts';
import type { RunAction } from './run-actions.ts';
import { accepted, notFound } from '../http/answer.ts';
import { readPlain } from '../http/json-api.ts';
import { demandInRun } from '../http/permissions.ts';
import type { Route } from '../http/route.ts';
import type { Access } from '../account/user-records.ts';

export interface RunActionsRouteDeps extends ActionsDeps, PermissionsDeps {
  store: Store;
}

const Comment = z.looseObject({ comment: z.string().nullish() });

/** Actions are answered 202 without a body; what they lead to shows in later reads. */
const action = (name: string, summary: string, does: RunAction, access: Access): Route<RunActionsRouteDeps> => ({
  method: 'POST',
  path: `/runs/:run_id/actions/${name}`,
  summary,
  door: 'api',
  body: 'plain',
  handle(call, deps) {
    const id = call.params['run_id'] ?? '';
    if (!deps.store.runs.get(id)) throw notFound();
    demandInRun(call.caller, deps, access, id);
    const { comment } = readPlain(call.body, Comment);
    act(deps, does, id, { userId: call.caller.user.id, comment: comment || undefined });
    return accepted();
  },
});

export const runActionRoutes: readonly Route<RunActionsRouteDeps>[] = [
  action('apply', 'Confirm a run', 'confirm', 'apply'),
  action('discard', 'Discard a run', 'discard', 'apply'),
  action('cancel', 'Interrupt a run', 'cancel', 'apply'),
  action('force-cancel', 'End a run at once, after a cancel and its cool-off', 'force-cancel', 'admin'),
  action(
    'force-execute',
    'End every earlier unfinished run, so that this pending one proceeds',
    'force-execute',
    'apply',
  ),
];
