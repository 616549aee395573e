import { FINAL_STATUSES, NON_FINAL_STATUSES } from './run-statuses.ts';
import { ok } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import { organizationOf, visibleWorkspaces, workspaceOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Totals } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { includedIn, relationsOf } from '../include.ts';
import { presentRun } from './run-document.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import type { Views } from '../control/views.ts';
import { oneOf } from '../store/collection.ts';
import type { Condition, Selection } from '../store/collection.ts';

export interface RunListsRouteDeps extends PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  now: () => number;
  views: Views;
}

const YEAR_MS = 365 * 24 * 3_600_000;

/** Each operation as a condition on the run; without a filter plan-only runs are left out. */
const OPERATIONS: Record<string, string> = {
  plan_only: "body->>'$.planOnly' = 1",
  plan_and_apply:
    "body->>'$.planOnly' = 0 AND body->>'$.savePlan' = 0 AND body->>'$.isDestroy' = 0 AND body->>'$.refreshOnly' = 0",
  save_plan: "body->>'$.savePlan' = 1",
  refresh_only: "body->>'$.refreshOnly' = 1",
  destroy: "body->>'$.isDestroy' = 1",
  empty_apply: "body->>'$.allowEmptyApply' = 1",
  action_only: "json_array_length(body, '$.invokeActionAddrs') > 0",
};

const GROUPS: Record<string, string> = {
  non_final: `status IN (${quoted(NON_FINAL_STATUSES)})`,
  final: `status IN (${quoted(FINAL_STATUSES)})`,
  discardable: "body->>'$.awaiting' IS NOT NULL",
};

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}

const CREATOR =
  "(SELECT username FROM (SELECT body->>'$.username' AS username, id FROM users) u WHERE u.id = runs.body->>'$.createdBy')";

function conditions(call: Call, deps: RunListsRouteDeps, totals: Totals): Condition[] {
  const { query } = call;
  const found: Condition[] = [];
  const add = (sql: string, ...values: string[]): number => found.push({ sql, values });
  const statuses = query.list('filter[status]');
  if (statuses) found.push(oneOf('status', statuses));
  const sources = query.list('filter[source]');
  if (sources) found.push(oneOf("body->>'$.source'", sources));
  const operations = query.list('filter[operation]');
  if (operations) add(operations.map((name) => `(${OPERATIONS[name] ?? '0'})`).join(' OR '));
  else add("body->>'$.planOnly' = 0");
  const group = query.text('filter[status_group]');
  if (group !== undefined) add(GROUPS[group] ?? '0');
  const basic = query.text('search[basic]');
  if (basic !== undefined) {
    add(`id = ? OR instr(lower(body->>'$.message'), lower(?)) OR ${CREATOR} = ?`, basic, basic, basic);
  }
  const user = query.text('search[user]');
  if (user !== undefined) add(`instr(${CREATOR}, ?)`, user);
  if (query.text('search[commit]') !== undefined) add('0'); // no run here comes from a commit
  timeframe(call, deps, totals).forEach((condition) => found.push(condition));
  if (call.hideYoungerThanMs !== undefined) {
    add("body->>'$.createdAt' <= ?", new Date(deps.now() - call.hideYoungerThanMs).toISOString());
  }
  return found;
}

/** A year such as `2026`, or `year`: the last one, also by default where a whole organization is listed. */
function timeframe(call: Call, deps: RunListsRouteDeps, totals: Totals): Condition[] {
  const frame = call.query.text('filter[timeframe]') ?? (totals === 'uncounted' ? 'year' : undefined);
  if (frame === undefined) return [];
  if (/^\d{4}$/.test(frame)) return [{ sql: "substr(body->>'$.createdAt', 1, 4) = ?", values: [frame] }];
  return [{ sql: "body->>'$.createdAt' >= ?", values: [new Date(deps.now() - YEAR_MS).toISOString()] }];
}

function list(call: Call, deps: RunListsRouteDeps, selection: Selection, totals: Totals): Answer {
  const page = call.query.page();
  const where = { ...selection, conditions: [...conditions(call, deps, totals), ...(selection.conditions ?? [])] };
  const { limit, offset } = offsetOf(page);
  // One more than asked for: an uncounted list knows its next page by it.
  const found = deps.store.runs.select({ ...where, order: 'newest', limit: limit + 1, offset });
  const runs = found.slice(0, limit).map((run) => deps.views.run(run.id) ?? run);
  const included = includedIn('runs', runs, call, deps);
  const items = runs.map((run) => presentRun(run, call.caller, deps));
  const total = totals === 'uncounted' ? offset + found.length : deps.store.runs.count(where);
  return ok(pageOf({ items, total }, page, { call, totals, ...(included && { included }) }));
}

function ofOrganization(call: Call, deps: RunListsRouteDeps): Answer {
  const organization = organizationOf(call, deps);
  const names = call.query.list('filter[workspace_names]');
  const visible = visibleWorkspaces(call.caller);
  const conditions: Condition[] = visible ? [oneOf('scope', visible)] : [];
  if (names) {
    const named = oneOf('name', names);
    conditions.push({
      sql: `scope IN (SELECT id FROM workspaces WHERE scope = ? AND ${named.sql})`,
      values: [organization.id, ...named.values],
    });
  }
  if (call.query.list('filter[agent_pool_names]')) conditions.push({ sql: '0', values: [] }); // there are no agents here
  return list(call, deps, { owner: organization.id, conditions }, 'uncounted');
}

export const runListRoutes: readonly Route<RunListsRouteDeps>[] = [
  {
    method: 'GET',
    path: '/workspaces/:workspace_id/runs',
    summary: 'List the runs of a workspace; plan-only ones only when asked for',
    door: 'api',
    budget: 'list',
    include: relationsOf('runs'),
    handle: (call, deps) => list(call, deps, { scope: workspaceOf(call, deps).id }, 'counted'),
  },
  {
    method: 'GET',
    path: '/organizations/:organization_name/runs',
    summary: 'List the runs of an organization, by default of the last year; names no totals',
    door: 'api',
    budget: 'list',
    include: relationsOf('runs'),
    handle: ofOrganization,
  },
];
