import { APPLIED } from '../../support/request-ledger.ts';
import { approved, failed, overridden, queuedLong, resetWhileApplied } from './stories.ts';
import { APPLY, APPROVAL, HAS_AN_OUTPUT, HELD_BY_A_POLICY, PLAN, PLAN_FAILS, QUEUE, type Target } from './target.ts';

/** Where TFE does not tell whose apply it was, a request that has forgotten it says so: docs/reliability.md. */
const APPLIED_BY_WHOMEVER = { kind: 'completed', result: { status: 'applied' } };
const PLAN_ERRORED = { kind: 'failed', type: 'plan-errored' };

/** What else is asked on the way. */
export const READS: readonly Target[] = [
  {
    name: 'read the workspace',
    kind: 'wait',
    match: 'GET /organizations/:organization_name/workspaces/:workspace_name',
    story: approved,
    ending: APPLIED,
    beforeARun: true,
    deadlines: QUEUE,
  },
  {
    name: 'read the policies that hold the run',
    kind: 'wait',
    match: 'GET /runs/:run_id/policy-checks',
    files: HELD_BY_A_POLICY,
    story: overridden,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'read the tasks that hold the run',
    kind: 'wait',
    match: 'GET /runs/:run_id/task-stages',
    files: HELD_BY_A_POLICY,
    story: overridden,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'read the workspace of a queued run',
    kind: 'wait',
    match: 'GET /workspaces/:workspace_id',
    held: 'plan_queued',
    story: queuedLong,
    ending: APPLIED,
    deadlines: QUEUE,
  },
  {
    name: 'read the planned changes',
    kind: 'wait',
    match: 'GET /plans/:plan_id/json-output-redacted',
    story: approved,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'read the planned changes from the archivist',
    kind: 'wait',
    match: 'GET /_archivist/v1/object/:token',
    story: approved,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'read the state version',
    kind: 'wait',
    match: 'GET /state-versions/:state_version_id',
    files: HAS_AN_OUTPUT,
    story: approved,
    ending: APPLIED,
    deadlines: APPLY,
  },
  {
    name: 'read the outputs',
    kind: 'wait',
    match: 'GET /state-versions/:state_version_id/outputs',
    files: HAS_AN_OUTPUT,
    story: approved,
    ending: APPLIED,
    deadlines: APPLY,
  },
  {
    name: 'read where the log is',
    kind: 'wait',
    match: 'GET /plans/:plan_id',
    files: PLAN_FAILS,
    story: failed,
    ending: PLAN_ERRORED,
    deadlines: PLAN,
  },
  {
    name: 'read the log',
    kind: 'wait',
    match: 'GET /_archivist/v1/log/:token',
    files: PLAN_FAILS,
    story: failed,
    ending: PLAN_ERRORED,
    deadlines: PLAN,
  },
  {
    name: 'read whose apply it is',
    kind: 'wait',
    match: 'GET /runs/:run_id/comments',
    held: 'applying',
    story: resetWhileApplied,
    ending: APPLIED_BY_WHOMEVER,
    deadlines: APPLY,
  },
  {
    name: 'read whose token it is',
    kind: 'wait',
    match: 'GET /account/details',
    held: 'applying',
    story: resetWhileApplied,
    ending: APPLIED_BY_WHOMEVER,
    deadlines: APPLY,
  },
];
