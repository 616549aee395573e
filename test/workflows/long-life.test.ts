import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { DIGEST_MEMO, activityQueuesOf, taskQueueOf } from '../../src/contract/names.ts';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

const LONG_TEST_MS = 180_000;
const HOUR_MS = 3_600_000;
const SIGNALS_AT_ONCE = 50;
// The server suggests a new execution from 4,096 events on.
const SIGNALS_FOR_A_NEW_EXECUTION = 4_200;

// Weeks of looks in seconds: what a worker may ask TFE in that time is not what is tested here.
beforeAll(async () => {
  const [its, client] = await Promise.all([orchestrator(), temporal.client()]);
  await client.workflowService.updateTaskQueueConfig({
    namespace: 'default',
    taskQueue: activityQueuesOf(taskQueueOf(its.installation)).poll,
    taskQueueType: 2, // activities
    updateQueueRateLimit: { rateLimit: { requestsPerSecond: 1_000 }, reason: 'looks without end' },
  });
});

const scripted = (script: unknown) => ({
  'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\n',
  'local-tfe.json': JSON.stringify(script),
});

async function started(its: Orchestrator, options: RequestForTests = {}): Promise<string> {
  return (await its.client.start(await its.request(options))).workflowId;
}

/** Counts the looks at a run since it was made; reads each entry of the journal once. */
function lookCounter(its: Orchestrator, runId: string): () => number {
  let [after, looks] = [its.tfe.journal.entries().at(-1)?.seq ?? 0, 0];
  return () => {
    for (const entry of its.tfe.journal.entries({ route: 'GET /runs/:run_id', after })) {
      after = entry.seq;
      if (entry.kind === 'request' && entry.path.includes(runId)) looks += 1;
    }
    return looks;
  };
}

const eventsOf = async (client: Client, workflowId: string, runId?: string): Promise<number> =>
  (await client.workflow.getHandle(workflowId, runId).describe()).historyLength;

async function inParallel(count: number, send: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += SIGNALS_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(SIGNALS_AT_ONCE, count - from) }, (_, index) => send(from + index)),
    );
}

async function untilNewExecution(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const first = (await handle.describe()).runId;
  await inParallel(SIGNALS_FOR_A_NEW_EXECUTION, () => handle.signal('nobody-knows-this', {}));
  await waitUntil('a new execution', async () => (await handle.describe()).runId !== first, { withinMs: 60_000 });
}

/** Lengths in ms of the timers that the newest execution has started. */
async function timersOf(client: Client, workflowId: string): Promise<number[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? [])
    .map((event) => event.timerStartedEventAttributes?.startToFireTimeout)
    .filter((length) => length !== undefined && length !== null)
    .map(({ seconds, nanos }) => Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1_000_000);
}

// A week has 672: RUNWRIGHT_TEST_LOOKS=672 takes twelve minutes.
const LOOKS = Number(process.env['RUNWRIGHT_TEST_LOOKS'] ?? 40);
// The server's retry timers make each look take about a second, whatever pause is asked for.
const LOOKS_WITHIN_MS = LOOKS * 3_000;

describe('a wait without end', () => {
  it(
    'costs under 100 events, whatever number of looks',
    async () => {
      const its = await orchestrator();
      const client = await temporal.client();
      const workflowId = await started(its, { timing: { pollMinMs: 1, pollPeopleMaxMs: 20 } });
      const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
      const looks = lookCounter(its, runId!);
      const before = await eventsOf(client, workflowId);

      await waitUntil(`${LOOKS} looks`, () => looks() >= LOOKS, { withinMs: LOOKS_WITHIN_MS });
      const whileItWaits = await eventsOf(client, workflowId);
      await its.approve(workflowId);

      expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
      expect(whileItWaits).toBe(before);
      expect(await eventsOf(client, workflowId)).toBeLessThan(100);
    },
    LOOKS_WITHIN_MS + 60_000,
  );
});

describe('thousands of signals', () => {
  it(
    'lose no decision, and go on in a new execution that people find as they knew it',
    async () => {
      const its = await orchestrator();
      const client = await temporal.client();
      const workflowId = await started(its, { approval: { approvers: 2 } });
      const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
      const handle = client.workflow.getHandle(workflowId);
      const first = await handle.describe();

      await its.client.approve(workflowId, { runId: runId!, by: 'ben' });
      await inParallel(5_000, (index) =>
        handle.signal(index % 2 === 0 ? 'approve' : 'reject', {
          runId: 'run-other',
          by: `nobody-${index}`,
          reason: 'r',
        }),
      );
      await waitUntil('a new execution', async () => (await handle.describe()).runId !== first.runId, {
        withinMs: 60_000,
      });
      const view = await its.until(workflowId, 'its view', ({ source }) => source === 'workflow');
      const now = await handle.describe();
      const metadata: { currentDetails?: string } = await handle.query('__temporal_workflow_metadata');
      await its.client.approve(workflowId, { runId: runId!, by: 'cy' });

      // They were sent side by side, so which came last is chance; the newest are kept, and they are of the last ones.
      const newest = Number(view.approval.decisions.at(-1)?.by.replace('nobody-', ''));
      expect(newest).toBeGreaterThan(4_000);
      expect(now.historyLength).toBeLessThan(first.historyLength + 10_240);
      expect(view.approval).toMatchObject({ verdict: 'pending', missing: 1 });
      expect(view.approval.decisions.length).toBeLessThanOrEqual(50);
      expect(Object.keys(now.searchAttributes).toSorted()).toEqual(Object.keys(first.searchAttributes).toSorted());
      expect(now.searchAttributes['TfeKey']).toEqual(first.searchAttributes['TfeKey']);
      expect(now.memo?.[DIGEST_MEMO]).toEqual(first.memo?.[DIGEST_MEMO]);
      // Temporal does not carry the summary over: the details tell what it told.
      expect(metadata.currentDetails).toContain('awaiting-confirmation');
      expect(metadata.currentDetails).toContain(runId);
      expect(await its.client.result(workflowId)).toMatchObject({
        result: {
          outcome: 'applied',
          decisions: expect.arrayContaining([
            expect.objectContaining({ by: 'ben', verdict: 'approve' }),
            expect.objectContaining({ by: 'cy', verdict: 'approve' }),
          ]),
        },
      });
    },
    LONG_TEST_MS,
  );
});

describe('a deadline', () => {
  it.each([
    ['queue', { deadlines: { queueMs: 1_500 } }, { kind: 'failed', type: 'deadline-exceeded' }],
    [
      'plan',
      { deadlines: { planMs: 500 }, files: scripted({ plan: { seconds: 60 } }) },
      { kind: 'failed', type: 'deadline-exceeded' },
    ],
    ['approval', { deadlines: { approvalMs: 500 } }, { kind: 'completed', result: { outcome: 'expired' } }],
    [
      'apply',
      { deadlines: { applyMs: 500 }, files: scripted({ apply: { seconds: 60 } }) },
      { kind: 'failed', type: 'deadline-exceeded' },
    ],
  ] as const)('of the %s ends the run, and leaves the workspace free', async (which, options, expected) => {
    const its = await orchestrator();
    const where = await its.workspace();
    if (which === 'queue') its.tfe.people.add({ act: 'lock-workspace', workspace: where.id });
    const workflowId = await started(its, { in: where, ...(options as RequestForTests) });
    if (which === 'apply') await its.approve(workflowId);

    expect(await its.client.result(workflowId)).toMatchObject(expected);
    const runs = its.tfe.runs().filter((run) => run.workspaceId === where.id);
    expect(runs.map(({ status }) => status)).toEqual([expect.stringMatching(/^(discarded|canceled)$/)]);
  });
});

describe('a deadline of the queue', () => {
  it('ends a request whose run TFE does not create, and leaves none behind', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const { id } = its.tfe.faults.add({ match: 'POST /runs', fault: 'error-before-commit', times: null });

    const workflowId = await started(its, { in: where, deadlines: { queueMs: 2_000 } });
    const ending = await its.client.result(workflowId);
    its.tfe.faults.clear(id);

    expect(ending).toMatchObject({ kind: 'failed', type: 'deadline-exceeded', facts: { changed: 'nothing' } });
    expect(its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id)).toEqual([]);
  });
});

describe('a deadline of the apply', () => {
  it('does not end what somebody else confirmed, and passes once', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const workflowId = await started(its, { in: where, deadlines: { applyMs: 500 } });
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    its.tfe.people.add({ act: 'confirm', run: runId!, as: 'mallory' });
    await its.until(workflowId, 'the deadline', ({ phase }) => phase === 'cleaning-up');
    const looks = lookCounter(its, runId!);
    await waitUntil('three more looks', () => looks() >= 3);
    its.tfe.holds.release(hold.id);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
    expect(await eventsOf(client, workflowId)).toBeLessThan(100);
  });
});

describe('a deadline that has begun to count', () => {
  it.each([
    ['plan', 'planning', { planMs: HOUR_MS }],
    ['apply', 'applying', { applyMs: HOUR_MS }],
  ] as const)(
    'counts on in a new execution: that of the %s',
    async (which, status, deadlines) => {
      const its = await orchestrator();
      const client = await temporal.client();
      const where = await its.workspace();
      const hold = its.tfe.holds.add({ status, workspaceId: where.id });
      const workflowId = await started(its, { in: where, deadlines });
      if (which === 'apply') await its.approve(workflowId);
      await its.until(workflowId, status, ({ phase }) => phase === status);

      await untilNewExecution(client, workflowId);
      const timers = await waitUntil('the timer of the deadline', async () => {
        const lengths = await timersOf(client, workflowId);
        return lengths.length > 0 && lengths;
      });
      its.tfe.holds.release(hold.id);
      if (which === 'plan') await its.approve(workflowId);

      expect(timers).toEqual([expect.any(Number)]);
      expect(timers[0]).toBeGreaterThan(0);
      expect(timers[0]).toBeLessThan(HOUR_MS);
      expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    },
    LONG_TEST_MS,
  );
});

describe('a write that TFE does not take for long', () => {
  it.each([
    ['creation', { match: 'POST /runs', fault: 'error-before-commit', times: null }],
    ['apply', { match: 'POST /runs/:run_id/actions/apply', fault: 'not-found', times: null }],
    ['apply', { match: 'POST /runs/:run_id/actions/apply', fault: 'error-before-commit', times: null }],
  ] as const)(
    'goes on in a new execution, and is done once: %s, %j',
    async (write, fault) => {
      const its = await orchestrator();
      const client = await temporal.client();
      const where = await its.workspace();
      const { id } = its.tfe.faults.add(fault);
      const workflowId = await started(its, { in: where, deadlines: { approvalMs: 6_000 } });
      if (write === 'apply') await its.approve(workflowId);
      const { approval } = await its.until(workflowId, 'the trouble', (view) => Boolean(view.blocker ?? view.inDoubt));
      // What was approved does not expire, also not in the new execution.
      const { expiresAt = '' } = approval;
      await waitUntil('the time for an approval to be over', () => !(Date.now() <= Date.parse(expiresAt)));

      await untilNewExecution(client, workflowId);
      its.tfe.faults.clear(id);
      if (write === 'creation') await its.approve(workflowId);

      expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
      const runs = its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id);
      expect(runs.map(({ status }) => status)).toEqual(['applied']);
    },
    LONG_TEST_MS,
  );
});

describe('a status that nobody knows', () => {
  it('is waited through, with one warning', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'planning', workspaceId: where.id });
    const workflowId = await started(its, { in: where });
    const { runId } = await its.until(workflowId, 'the run', (view) => view.runId !== undefined);
    await waitUntil('the plan to stand still', () =>
      its.tfe.runs().some((run) => run.id === runId && run.status === 'planning'),
    );
    const { runs } = its.tfe.services.store;
    runs.update(runId!, { status: 'quantum_checking' as never });
    const strange = await its.until(workflowId, 'the warning', ({ warnings }) => warnings.length > 0);
    const looks = lookCounter(its, runId!);
    await waitUntil('ten more looks', () => looks() >= 10);
    const later = await its.client.view(workflowId);

    runs.update(runId!, { status: 'planning' });
    its.tfe.holds.release(hold.id);
    await its.approve(workflowId);

    expect(strange.warnings).toEqual([expect.stringContaining('quantum_checking')]);
    expect(later.warnings).toEqual(strange.warnings);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
  });
});

describe('a pause', () => {
  it(
    'holds an approved apply, also in a new execution and on a worker that knows nothing of it',
    async () => {
      const its = await orchestrator();
      const client = await temporal.client();
      const where = await its.workspace();
      const scope = { kind: 'workspace', organization: where.organization, workspace: where.workspace } as const;
      await its.client.pause({ scope, by: 'olga', reason: 'release day' });
      const workflowId = await started(its, { in: where });
      const { runId } = await its.approve(workflowId);
      const isHeld = ({ blocker }: { blocker?: string }) => blocker?.includes('paused by olga: release day') === true;
      await its.until(workflowId, 'the pause', isHeld);

      await untilNewExecution(client, workflowId);
      await its.until(workflowId, 'the pause in the new execution', isHeld);
      await client.workflowService.resetStickyTaskQueue({ namespace: 'default', execution: { workflowId } });
      const looks = lookCounter(its, runId!);
      await its.client.nudge(workflowId);
      await waitUntil('another look', () => looks() > 0);
      const held = await its.until(workflowId, 'the pause after all', isHeld);
      const sent = its.tfe.journal
        .entries({ route: 'POST /runs/:run_id/actions/apply' })
        .filter((entry) => entry.kind === 'request' && entry.path.includes(runId!)).length;
      await its.client.resume({ scope, by: 'olga' });

      expect(held.phase).toBe('awaiting-confirmation');
      expect(sent).toBe(0);
      expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied' } });
    },
    LONG_TEST_MS,
  );
});
