import { APPLIED, LIST, READ_RUN } from '../../support/request-ledger.ts';
import { READS } from './reads.ts';
import {
  appliedLong,
  approved,
  approvedAfterALostCreate,
  approvedLate,
  canceledWhilePlanning,
  overridden,
  rejected,
} from './stories.ts';
import { APPLY, APPROVAL, HELD_BY_A_POLICY, PLAN, QUEUE, type Target } from './target.ts';

export const REFUSED = { kind: 'failed', facts: { changed: 'nothing' } };
const REJECTED = { kind: 'completed', result: { outcome: 'rejected', status: 'discarded' } };
const CANCELED = { kind: 'canceled' };

const WRITES: readonly Target[] = [
  {
    name: 'create configuration version',
    kind: 'write',
    match: 'POST /workspaces/:workspace_id/configuration-versions',
    story: approved,
    ending: APPLIED,
    beforeARun: true,
    deadlines: QUEUE,
  },
  {
    name: 'upload',
    kind: 'write',
    match: 'PUT /_archivist/v1/upload/:token',
    story: approved,
    ending: APPLIED,
    deadlines: QUEUE,
  },
  {
    name: 'create run',
    kind: 'write',
    match: 'POST /runs',
    story: approved,
    ending: APPLIED,
    beforeARun: true,
    deadlines: QUEUE,
  },
  {
    name: 'apply',
    kind: 'write',
    match: 'POST /runs/:run_id/actions/apply',
    story: approved,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'override',
    kind: 'write',
    match: 'POST /policy-checks/:policy_check_id/actions/override',
    files: HELD_BY_A_POLICY,
    story: overridden,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'discard',
    kind: 'write',
    match: 'POST /runs/:run_id/actions/discard',
    story: rejected,
    ending: REJECTED,
    deadlines: APPROVAL,
  },
  {
    name: 'cancel',
    kind: 'write',
    match: 'POST /runs/:run_id/actions/cancel',
    held: 'planning',
    story: canceledWhilePlanning,
    ending: CANCELED,
    deadlines: PLAN,
  },
];

const WAITS: readonly Target[] = [
  {
    name: 'wait for the upload to be processed',
    kind: 'wait',
    match: 'GET /configuration-versions/:configuration_version_id',
    story: approved,
    ending: APPLIED,
    deadlines: QUEUE,
  },
  {
    name: 'look-up of a lost run',
    kind: 'wait',
    match: LIST,
    story: approvedAfterALostCreate,
    ending: APPLIED,
    deadlines: QUEUE,
  },
  { name: 'wait for the plan', kind: 'wait', match: READ_RUN, story: approved, ending: APPLIED, deadlines: PLAN },
  {
    name: 'wait for people',
    kind: 'wait',
    match: READ_RUN,
    isLate: true,
    story: approvedLate,
    ending: APPLIED,
    deadlines: APPROVAL,
  },
  {
    name: 'wait for the apply',
    kind: 'wait',
    match: READ_RUN,
    held: 'applying',
    isLate: true,
    story: appliedLong,
    ending: APPLIED,
    deadlines: APPLY,
  },
];

/** Each write, each wait at the phase in which the request waits, and each read. */
export const TARGETS: readonly Target[] = [...WRITES, ...WAITS, ...READS];

/** What the reaper asks; it is struck in reaper.test.ts. */
export const REAPER_ROUTES = [
  'GET /organizations',
  'GET /organizations/:organization_name/runs',
  READ_RUN,
  'POST /runs/:run_id/actions/discard',
  'POST /runs/:run_id/actions/cancel',
] as const;
