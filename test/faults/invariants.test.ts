import { describe, expect, it } from '@jest/globals';
import { violationsOf } from '../support/invariants.ts';
import type {
  DecisionSent,
  EndingTold,
  Evidence,
  Execution,
  RequestSeen,
  RunInTfe,
  StatusSeen,
  Witnessed,
} from '../support/invariants/evidence.ts';

const WORKFLOW = 'runwright/tfe/demo/ws/key-1';
const LIFE = '0198c0de-0000-7000-8000-000000000000';
const LATER_LIFE = '0198c0de-0000-7000-8000-000000000001';
const START = Date.parse('2026-01-31T12:00:00Z');
const moment = (atMs: number): string => new Date(START + atMs).toISOString();

const run = (id: string, status: string, life = LIFE): RunInTfe => ({
  id,
  status,
  message: `say hello [runwright a1b2 5b6f0e0c-3c1c-4b35-9d1e-0c8d6a1f2b3c ${WORKFLOW} ${life} #1]`,
  planOnly: false,
});
const request = (route: string, path: string, atMs: number, more: Partial<RequestSeen> = {}): RequestSeen => ({
  kind: 'request',
  ...{ seq: atMs, at: moment(atMs), route, path, committed: true, answered: 202, fault: null, user: 'admin' },
  ...more,
});
const applied = (runId: string, atMs: number, more: Partial<RequestSeen> = {}): RequestSeen =>
  request('POST /runs/:run_id/actions/apply', `/api/v2/runs/${runId}/actions/apply`, atMs, more);
const read = (runId: string, atMs: number, more: Partial<RequestSeen> = {}): RequestSeen =>
  request('GET /runs/:run_id', `/api/v2/runs/${runId}`, atMs, { committed: false, answered: 200, ...more });
const status = (runId: string, reached: string, atMs: number): StatusSeen => ({
  kind: 'run-status',
  ...{ seq: atMs, at: moment(atMs), runId, status: reached },
});

const decision = (choice: DecisionSent['choice'], by: string, atMs: number, runId = 'run-1'): DecisionSent => ({
  ...{ choice, by, runId, atMs: START + atMs, seenAtMs: START + atMs + 1 },
});
const ending = (told: Partial<EndingTold>): EndingTold => ({ kind: 'completed', atMs: START + 90_000, ...told });

const JOURNAL: readonly Witnessed[] = [
  status('run-1', 'planning', 10),
  status('run-1', 'planned', 100),
  applied('run-1', 400),
  status('run-1', 'applied', 500),
];
const EXECUTION: Execution = {
  workflowId: WORKFLOW,
  runId: LIFE,
  firstRunId: LIFE,
  startedAtMs: START,
  policy: { approvers: 1, requester: 'may-approve', requestedBy: 'ana' },
  decisions: [decision('approve', 'ben', 300)],
  cancels: [],
  applyOrders: [{ runId: 'run-1', orderedAtMs: START + 350 }],
  ending: ending({ outcome: 'applied', runId: 'run-1', status: 'applied' }),
  wedged: undefined,
  secrets: [],
};

/** A request with a run that was approved and applied, and a second run that ended unapplied; with changes. */
function history(change: Partial<Evidence> & { execution?: Partial<Execution> } = {}): Evidence {
  const { execution, ...rest } = change;
  return {
    journal: JOURNAL,
    runs: [run('run-1', 'applied'), run('run-2', 'discarded')],
    requests: [{ workflowId: WORKFLOW, executions: [{ ...EXECUTION, ...execution }], mustHaveEnded: true }],
    ...rest,
  };
}

/** What did not go as far as an apply. */
const REJECTED = {
  journal: JOURNAL.slice(0, 2),
  runs: [run('run-1', 'discarded')],
  execution: {
    decisions: [decision('reject', 'ben', 300)],
    applyOrders: [],
    ending: ending({ outcome: 'rejected', runId: 'run-1', status: 'discarded' }),
  },
} as const;

/** A cleanup that was given up with the run as `pending`. */
const GIVEN_UP = {
  execution: {
    ...REJECTED.execution,
    ending: ending({ kind: 'failed', failureType: 'cleanup-incomplete', runId: 'run-1', status: 'pending' }),
  },
};
const ENDED_LONG_AGO = [...REJECTED.journal, status('run-1', 'canceled', 10_000)];

/** A canceled request whose own run was discarded, and whose ending names a second one as left. */
const SECOND_LEFT = {
  journal: REJECTED.journal,
  execution: {
    ...REJECTED.execution,
    ending: ending({ kind: 'failed', failureType: 'cleanup-incomplete', runId: 'run-2', status: 'planned' }),
  },
};

const breaches = (evidence: Evidence): string[] => violationsOf(evidence).map(({ invariant }) => invariant);

describe('the checker of the invariants finds nothing', () => {
  it.each<[string, Evidence]>([
    ['one run was approved and applied, and the other ended unapplied', history()],
    ['a run was rejected and discarded', history(REJECTED)],
    [
      'two different people approved, as the policy asks',
      history({
        execution: {
          policy: { ...EXECUTION.policy!, approvers: 2 },
          decisions: [decision('approve', 'ben', 200), decision('approve', 'cy', 300)],
        },
      }),
    ],
    [
      'a later life of the same key has applied a run of its own',
      history({
        runs: [run('run-1', 'applied'), run('run-3', 'applied', LATER_LIFE)],
        requests: [
          {
            workflowId: WORKFLOW,
            executions: [
              EXECUTION,
              {
                ...EXECUTION,
                ...{ runId: LATER_LIFE, firstRunId: LATER_LIFE, startedAtMs: START + 100_000 },
                applyOrders: [],
                ending: undefined,
              },
            ],
          },
        ],
      }),
    ],
    [
      'a reject is older than the plan, and the run was approved',
      history({ execution: { decisions: [decision('reject', 'cy', 50), decision('approve', 'ben', 300)] } }),
    ],
    [
      'a reject came after the apply was ordered',
      history({ execution: { decisions: [decision('approve', 'ben', 300), decision('reject', 'cy', 370)] } }),
    ],
    [
      'a cancel came after the apply was ordered',
      history({ execution: { cancels: [{ atMs: START + 360, seenAtMs: START + 365 }] } }),
    ],
    [
      'an ending says that its run is not final, and so it is',
      history({ ...GIVEN_UP, journal: REJECTED.journal, runs: [run('run-1', 'pending')] }),
    ],
    [
      'an ending does not know that its run is final because TFE showed it nobody',
      history({
        ...GIVEN_UP,
        runs: [run('run-1', 'canceled')],
        journal: [
          ...ENDED_LONG_AGO,
          read('run-1', 20_000, { answered: 404 }),
          read('run-1', 80_000, { answered: 503 }),
        ],
      }),
    ],
    [
      'the ending of a canceled request names the second run that is left, and so it is',
      history({ ...SECOND_LEFT, runs: [run('run-1', 'discarded'), run('run-2', 'planned')] }),
    ],
    ['the requests stay within the budget', history({ budget: { perSecond: 1, burst: 0 } })],
    ['a request that may take its time is open', history({ ...openRequest({}), runs: [], journal: [] })],
  ])('where %s', (_, evidence) => {
    expect(violationsOf(evidence)).toEqual([]);
  });
});

function openRequest(execution: Partial<Execution>): Pick<Evidence, 'requests'> {
  const open = { ...EXECUTION, applyOrders: [], ending: undefined, ...execution };
  return { requests: [{ workflowId: WORKFLOW, executions: [open] }] };
}

describe('the checker of the invariants notices that', () => {
  it.each<[string, string, Evidence]>([
    ['two runs were applied', 'I1', history({ runs: [run('run-1', 'applied'), run('run-2', 'applied')] })],
    [
      'a second run was confirmed, whatever became of it',
      'I1',
      history({ journal: [...JOURNAL, status('run-2', 'applying', 600)] }),
    ],
    ['an apply was accepted twice', 'I1', history({ journal: [...JOURNAL, applied('run-1', 450)] })],
    ['a second run is left behind', 'I1', history({ runs: [run('run-1', 'applied'), run('run-2', 'planned')] })],
    [
      'a canceled request says nothing of the second run that is left',
      'I1',
      history({
        journal: REJECTED.journal,
        runs: [run('run-1', 'discarded'), run('run-2', 'planned')],
        execution: { ...REJECTED.execution, ending: ending({ kind: 'canceled' }) },
      }),
    ],
    ['nobody approved', 'I2', history({ execution: { decisions: [] } })],
    [
      'another run was approved',
      'I2',
      history({ execution: { decisions: [decision('approve', 'ben', 300, 'run-2')] } }),
    ],
    [
      'the approval came after the apply',
      'I2',
      history({ execution: { decisions: [decision('approve', 'ben', 402)] } }),
    ],
    [
      'an apply was refused that nobody had approved yet',
      'I2',
      history({
        journal: [applied('run-1', 200, { committed: false }), ...JOURNAL],
        execution: { applyOrders: [{ runId: 'run-1', orderedAtMs: START + 150 }] },
      }),
    ],
    ['one of two people approved', 'I2', history({ execution: { policy: { ...EXECUTION.policy!, approvers: 2 } } })],
    [
      'one person approved twice under two spellings',
      'I2',
      history({
        execution: {
          policy: { ...EXECUTION.policy!, approvers: 2 },
          decisions: [decision('approve', 'ben', 200), decision('approve', ' Ben', 300)],
        },
      }),
    ],
    [
      'only the requester approved, who may not',
      'I2',
      history({
        execution: {
          policy: { approvers: 1, requester: 'may-not-approve', requestedBy: 'ana' },
          decisions: [decision('approve', 'Ana', 300)],
        },
      }),
    ],
    [
      'an apply was ordered over a reject',
      'I2',
      history({ execution: { decisions: [decision('approve', 'ben', 300), decision('reject', 'cy', 320)] } }),
    ],
    ['an apply was sent that no workflow had ordered', 'I2', history({ execution: { applyOrders: [] } })],
    ['the run of an ended request goes on', 'I3', history({ ...REJECTED, runs: [run('run-1', 'planning')] })],
    [
      'an ending calls a run pending which TFE had ended, and nobody asked',
      'I3',
      history({ ...GIVEN_UP, runs: [run('run-1', 'canceled')], journal: ENDED_LONG_AGO }),
    ],
    [
      'an ending calls a run pending which TFE had shown as ended',
      'I3',
      history({ ...GIVEN_UP, runs: [run('run-1', 'canceled')], journal: [...ENDED_LONG_AGO, read('run-1', 20_000)] }),
    ],
    [
      'an ending calls a second run left which TFE had ended, and nobody asked',
      'I3',
      history({
        ...SECOND_LEFT,
        runs: [run('run-1', 'discarded'), run('run-2', 'discarded')],
        journal: [...REJECTED.journal, status('run-2', 'discarded', 10_000)],
      }),
    ],
    [
      'a request ended as applied, and its run was not',
      'I3',
      history({ runs: [run('run-1', 'errored'), run('run-2', 'discarded')] }),
    ],
    [
      'a request ended as rejected, and its run was applied by somebody',
      'I3',
      history({ ...REJECTED, runs: [run('run-1', 'applied')] }),
    ],
    ['a secret stands in a history', 'I4', history({ execution: { secrets: ['the token'] } })],
    [
      'TFE saw more requests within ten seconds than were declared',
      'I5',
      history({
        journal: [...JOURNAL, ...Array.from({ length: 20 }, (_, index) => read('run-1', 5_000 + index * 400))],
        budget: { perSecond: 1, burst: 5 },
      }),
    ],
    [
      'a request does not end',
      'I6',
      history({ requests: [{ ...openRequest({}).requests[0]!, mustHaveEnded: true }], runs: [], journal: [] }),
    ],
    [
      'a workflow task of an open request has failed for good',
      'I6',
      history({ ...openRequest({ wedged: 'a bug' }), runs: [], journal: [] }),
    ],
    [
      'an apply was ordered after the cancel',
      'I8',
      history({ execution: { cancels: [{ atMs: START + 340, seenAtMs: START + 350 }] } }),
    ],
    [
      'an apply was ordered before the cancel, and sent long after it',
      'I8',
      history({
        journal: JOURNAL.map((entry) => (entry.kind === 'request' ? applied('run-1', 9_000) : entry)),
        execution: { cancels: [{ atMs: START + 360, seenAtMs: START + 370 }] },
      }),
    ],
    [
      'a request ended as expired, and its apply was accepted',
      'I8',
      history({
        runs: [run('run-1', 'errored')],
        execution: { ending: ending({ outcome: 'expired', runId: 'run-1', status: 'errored' }) },
      }),
    ],
  ])('%s', (_, invariant, evidence) => {
    expect([...new Set(breaches(evidence))]).toEqual([invariant]);
  });
});
