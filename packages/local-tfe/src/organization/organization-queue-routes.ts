import type { PermissionsDeps } from '../http/permissions.ts';
import type { RunDocumentDeps } from '../run/run-document.ts';
import type { Store } from '../store/store.ts';
import { NON_FINAL_STATUSES } from '../run/run-statuses.ts';
import { ok } from '../http/answer.ts';
import { organizationOf, visibleWorkspaces } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Route } from '../http/route.ts';
import { presentRun } from '../run/run-document.ts';
import { oneOf } from '../store/collection.ts';

export interface OrganizationQueueRouteDeps extends PermissionsDeps, RunDocumentDeps {
  store: Store;
}

const RUNNING = ['planning', 'applying'];

export const organizationQueueRoutes: readonly Route<OrganizationQueueRouteDeps>[] = [
  {
    method: 'GET',
    path: '/organizations/:organization_name/runs/queue',
    summary: 'List the unfinished runs of an organization, the oldest first',
    door: 'api',
    handle(call, deps) {
      const organization = organizationOf(call, deps);
      const page = call.query.page();
      const visible = visibleWorkspaces(call.caller);
      const selection = {
        owner: organization.id,
        conditions: visible ? [oneOf('scope', visible)] : [],
        statuses: NON_FINAL_STATUSES.filter((status) => status !== 'planned_and_saved'),
      };
      const runs = deps.store.runs.select({ ...selection, order: 'oldest', ...offsetOf(page) });
      const total = deps.store.runs.count(selection);
      const { offset } = offsetOf(page);
      const items = runs.map((run, index) => {
        const presented = presentRun(run, call.caller, deps);
        // Here the position is the one in the organization's queue.
        return { ...presented, attributes: { ...presented.attributes, 'position-in-queue': offset + index } };
      });
      return ok(pageOf({ items, total }, page, { call }));
    },
  },
  {
    method: 'GET',
    path: '/organizations/:organization_name/capacity',
    summary: 'How many runs wait and run',
    door: 'api',
    handle(call, deps) {
      const organization = organizationOf(call, deps);
      const running = deps.store.runs.count({ owner: organization.id, statuses: RUNNING });
      const pending = deps.store.runs.count({
        owner: organization.id,
        statuses: ['pending', 'plan_queued', 'apply_queued'],
      });
      return ok({
        data: { id: organization.id, type: 'organization-capacity', attributes: { pending, running } },
      });
    },
  },
];
