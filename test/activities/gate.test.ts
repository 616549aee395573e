import { afterEach, describe, expect, it } from '@jest/globals';
import type { Liveness } from '../../src/activities/activity-deps.ts';
import type { RunMarker } from '../../src/domain/run-marker.ts';
import { writeMarker } from '../../src/domain/run-marker.ts';
import { OWN_REQUEST, useActivities, type Attempt } from './activities-for-tests.ts';
import { MARKER, PLANNED, runInTfe } from './run-in-tfe.ts';

const activities = useActivities({ engine: 'simulated' });

afterEach(async () => (await activities()).tfe.faults.clear());

const ACTS = ['applyRun', 'discardRun', 'cancelRun', 'overridePolicy'] as const;
type Act = (typeof ACTS)[number];

let planned: Promise<string> | undefined;

/** One attempt of an act on a run whose message is the given one, and what of it was sent. */
async function attempt(name: Act, { message, ...how }: Attempt & { message?: string } = {}) {
  const its = await activities();
  const runId = await (planned ??= its.workspace().then(async ({ id }) => {
    return (await runInTfe(its, { workspaceId: id }, ...PLANNED)).id;
  }));
  its.tfe.services.store.runs.update(runId, { message: message ?? `a test ${writeMarker(MARKER)}` });
  const seen = its.now();
  const where = { organization: 'demo', workspace: 'ws' };
  const held = { kind: 'policy-check', id: 'polchk-ofAnotherRun' } as const;
  const answer = await its.call(name, { runId, comment: 'why', ...where, ...held }, how);
  const entries = its.tfe.journal.entries({ kind: 'request', after: seen });
  const sent = entries.flatMap((entry) => (entry.kind === 'request' ? [entry.route] : []));
  return { answer, sent, runId };
}

const marked = (other: Partial<RunMarker>): string => `a test ${writeMarker({ ...MARKER, ...other })}`;
const living = (other: Partial<Liveness>): Attempt => ({
  deps: { liveness: async () => ({ ...OWN_REQUEST, ...other }) },
});

const ANOTHER_RUN = '99999999-9999-4999-8999-999999999999';

describe.each(ACTS)('the gate before %s', (name) => {
  it.each<[string, Attempt, RegExp]>([
    ['a workflow of another type', { info: { workflowType: 'stranger' } }, /is a workflow of type stranger/],
    ['a workflow on another task queue', living({ taskQueue: 'theirs' }), /runs on the task queue theirs/],
    ['a workflow that is not running', living({ state: 'closed' }), /no running workflow/],
    ['a workflow that Temporal does not know', living({ state: 'unknown' }), /no running workflow/],
  ])('is shut for %s, and TFE is not even asked', async (_, how, why) => {
    const { answer, sent } = await attempt(name, how);

    expect(answer).toEqual({ kind: 'not-allowed', because: 'not-a-request', message: expect.stringMatching(why) });
    expect(sent).toEqual([]);
  });

  it.each([
    ['of another request', marked({ workflowId: 'runwright/tfe/demo/ws/another' })],
    ['of another installation', marked({ installation: 'theirs' })],
    ['of another namespace', marked({ namespaceId: ANOTHER_RUN })],
    ['of another request that says that it is this one’s', `${marked({})} ${marked({ installation: 'theirs' })}`],
  ])('is shut for a run %s', async (_, message) => {
    const { answer, sent } = await attempt(name, { message });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'another-run' });
    expect(sent).toEqual(['GET /runs/:run_id']);
  });

  it.each([[''], ['Queued manually']])(
    'is shut for a run with the message "%s" that nothing proves',
    async (message) => {
      const { answer, sent } = await attempt(name, { message });

      expect(answer).toMatchObject({ kind: 'not-allowed', because: 'unproven' });
      expect(sent).toEqual(['GET /runs/:run_id']);
    },
  );

  it.each([
    [{ fault: 'error-before-commit', status: 500 }, 'not-seen'],
    [{ fault: 'reset-before-commit' }, 'not-seen'],
    [{ fault: 'not-found' }, 'refused'],
    [{ fault: 'token-revoked' }, 'refused'],
    [{ fault: 'rate-limited' }, 'later'],
  ] as const)('answers what is certain when TFE answers the look with %j: nothing was sent', async (fault, kind) => {
    const its = await activities();
    its.tfe.faults.add({ match: 'GET /runs/:run_id', ...fault });

    const { answer, sent } = await attempt(name);

    expect(answer.kind).toBe(kind);
    expect(sent).toEqual(['GET /runs/:run_id']);
  });

  it('stays shut while Temporal does not say who asks', async () => {
    const liveness = async () => Promise.reject(new Error('UNAVAILABLE'));

    const { answer, sent } = await attempt(name, { deps: { liveness } });

    expect(answer).toEqual({ kind: 'not-seen', why: 'Temporal does not say who asks for it' });
    expect(sent).toEqual([]);
  });
});

describe('a run of an earlier life of the request', () => {
  const message = marked({ firstExecutionRunId: ANOTHER_RUN });

  it.each(['applyRun', 'overridePolicy'] as const)('is not brought on by %s', async (name) => {
    const { answer, sent } = await attempt(name, { message });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'earlier-life' });
    expect(sent).toEqual(['GET /runs/:run_id']);
  });

  it('may be ended', async () => {
    const { sent } = await attempt('cancelRun', { message });

    expect(sent).toEqual(['GET /runs/:run_id', 'POST /runs/:run_id/actions/cancel']);
  });
});

describe('a run without a message', () => {
  it('is the request’s own where Temporal’s record of it shows that it made the configuration version', async () => {
    const its = await activities();
    const asked: unknown[] = [];
    const wasMadeBy = async (...call: unknown[]) => asked.push(call) > 0;

    const { sent, runId } = await attempt('cancelRun', { message: '', deps: { wasMadeBy } });

    const { configurationVersionId } = its.tfe.services.store.runs.get(runId)!;
    expect(asked).toEqual([
      [expect.objectContaining({ workflowId: MARKER.workflowId }), { runId, configurationVersionId }],
    ]);
    expect(sent).toEqual(['GET /runs/:run_id', 'POST /runs/:run_id/actions/cancel']);
  });
});

describe('an override', () => {
  it('of what holds another run is refused', async () => {
    const { answer, sent } = await attempt('overridePolicy');

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'not-of-the-run' });
    expect(sent).toEqual(['GET /runs/:run_id', 'GET /runs/:run_id/policy-checks']);
  });
});

describe('the look before an act', () => {
  // A slow TFE must not keep an act from being sent for ever: the time in which it may be sent begins after the look.
  it('may take longer than the act may be held up', async () => {
    const its = await activities();
    its.tfe.faults.add({ match: 'GET /runs/:run_id', fault: 'slow', ms: 5_500 });

    const { sent } = await attempt('cancelRun');

    expect(sent).toEqual(['GET /runs/:run_id', 'POST /runs/:run_id/actions/cancel']);
  }, 30_000);
});
