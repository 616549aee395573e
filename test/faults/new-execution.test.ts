import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { DIGEST_MEMO } from '@runwright/client/contract';
import { lookCounter } from '../support/look-counter.ts';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

// A history that grew too long is ended, and the request goes on in a new execution. Thousands of signals bring it there
// in half a minute; otherwise it takes a write that is refused for a day.

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

const LONG_TEST_MS = 180_000;
const HOUR_MS = 3_600_000;
const SIGNALS_AT_ONCE = 50;
// The server suggests a new execution from 4,096 events on.
const SIGNALS_FOR_A_NEW_EXECUTION = 4_200;

async function started(its: Orchestrator, options: RequestForTests = {}): Promise<string> {
  return (await its.client.start(await its.request(options))).workflowId;
}

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
            expect.objectContaining({ by: 'ben', choice: 'approve' }),
            expect.objectContaining({ by: 'cy', choice: 'approve' }),
          ]),
        },
      });
    },
    LONG_TEST_MS,
  );
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
