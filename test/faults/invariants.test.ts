import { describe, expect, it } from '@jest/globals';
import { violationsOf, type Evidence, type RunInTfe, type Witnessed } from '../support/invariants.ts';

const WORKFLOW = 'runwright/tfe/demo/ws/key-1';
const run = (id: string, status: string): RunInTfe => ({
  id,
  status,
  message: `say hello [runwright a1b2 5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3c ${WORKFLOW} 0198c0de-0000-7000-8000-000000000000 #1]`,
  planOnly: false,
});
const applied = (runId: string, seq: number, committed = true): Witnessed => ({
  kind: 'request',
  seq,
  route: 'POST /runs/:run_id/actions/apply',
  path: `/api/v2/runs/${runId}/actions/apply`,
  committed,
});
const status = (runId: string, reached: string): Witnessed => ({ kind: 'run-status', seq: 9, runId, status: reached });

const GOOD: Evidence = {
  journal: [applied('run-1', 5)],
  runs: [run('run-1', 'applied'), run('run-2', 'discarded')],
  approvals: [{ runId: 'run-1', afterSeq: 4 }],
  requests: [{ workflowId: WORKFLOW, state: 'closed', runId: 'run-1' }],
};

describe('the checker of the invariants', () => {
  it('finds nothing where one run was approved and applied and the other ended unapplied', () => {
    expect(violationsOf(GOOD)).toEqual([]);
  });

  it.each<[string, string, Partial<Evidence>]>([
    ['two runs were applied', 'I1', { runs: [run('run-1', 'applied'), run('run-2', 'applied')] }],
    [
      'a second run was confirmed, whatever became of it',
      'I1',
      { journal: [...GOOD.journal, status('run-2', 'applying')] },
    ],
    ['an apply was accepted twice', 'I1', { journal: [applied('run-1', 5), applied('run-1', 6)] }],
    ['a second run is left behind', 'I1', { runs: [run('run-1', 'applied'), run('run-2', 'planned')] }],
    ['nobody approved', 'I2', { approvals: [] }],
    ['another run was approved', 'I2', { approvals: [{ runId: 'run-2', afterSeq: 4 }] }],
    ['the approval came after the apply', 'I2', { approvals: [{ runId: 'run-1', afterSeq: 5 }] }],
    [
      'an apply was refused that nobody had approved',
      'I2',
      { journal: [applied('run-1', 3, false), applied('run-1', 5)] },
    ],
    ['the run of a closed request goes on', 'I3', { runs: [run('run-1', 'planning')] }],
    ['a request does not end', 'I6', { requests: [{ workflowId: WORKFLOW, state: 'open' }] }],
  ])('notices that %s', (_, invariant, change) => {
    expect(violationsOf({ ...GOOD, ...change }).map((violation) => violation.invariant)).toEqual([invariant]);
  });

  it('excuses an ending that says that its run is not final', () => {
    const requests = [{ workflowId: WORKFLOW, state: 'closed', runId: 'run-1', saysWhyNotFinal: true }] as const;

    expect(violationsOf({ ...GOOD, runs: [run('run-1', 'pending')], requests })).toEqual([]);
  });
});
