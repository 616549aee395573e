import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { activityQueuesOf, taskQueueOf } from '@runwright/client/contract';
import { lookCounter } from '../support/look-counter.ts';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

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

const eventsOf = async (client: Client, workflowId: string, runId?: string): Promise<number> =>
  (await client.workflow.getHandle(workflowId, runId).describe()).historyLength;

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
  it('does not end what somebody else confirmed', async () => {
    const its = await orchestrator();
    const client = await temporal.client();
    const where = await its.workspace();
    const hold = its.tfe.holds.add({ status: 'applying', workspaceId: where.id });
    const workflowId = await started(its, { in: where, deadlines: { applyMs: 500 } });
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    its.tfe.people.add({ act: 'confirm', run: runId!, as: 'mallory' });
    await its.until(workflowId, 'the apply', ({ phase }) => phase === 'applying');
    const looks = lookCounter(its, runId!);
    await waitUntil('looks until long after the deadline', () => looks() >= 6);
    expect((await its.client.view(workflowId)).phase).toBe('applying');
    its.tfe.holds.release(hold.id);

    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'confirmed-elsewhere' } });
    expect(await eventsOf(client, workflowId)).toBeLessThan(100);
  });
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
