import { afterEach, describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator, type RequestForTests } from '../support/orchestrator.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

afterEach(async () => (await orchestrator()).tfe.faults.clear());

/** The answer to POST /runs is lost, and until the run is looked up TFE has made another message of its own. */
async function lostRun(its: Orchestrator, message: string, options: RequestForTests = {}) {
  const where = options.in ?? (await its.workspace());
  its.tfe.faults.add({ match: 'POST /runs', fault: 'drop-after-commit' });
  const known = new Set(its.tfe.runs().map(({ id }) => id));
  const request = await its.request({ ...options, in: where, timing: { commitWindowMs: 3_000 } });
  const { workflowId } = await its.client.start(request);
  const run = await waitUntil('the run', () => its.tfe.runs().find(({ id }) => !known.has(id)));
  its.tfe.services.store.runs.update(run.id, { message });
  return { workflowId, runId: run.id, where };
}

const listings = (its: Orchestrator, workspaceId: string) =>
  its.tfe.journal
    .entries({ route: 'GET /workspaces/:workspace_id/runs' })
    .filter((entry) => entry.kind === 'request' && entry.path.includes(workspaceId));

describe('a run whose creation was in doubt, on a server that keeps no messages', () => {
  it('is known by the configuration version of its request: it is applied, the only one, with a warning', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const { workflowId, runId } = await lostRun(its, '', { in: where });

    const waiting = await its.approve(workflowId);

    expect(waiting.runId).toBe(runId);
    expect(waiting.warnings).toEqual([expect.stringMatching(/keeps no messages.*the reaper cannot find it/)]);
    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'completed',
      result: { outcome: 'applied', runId },
    });
    expect(its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id)).toHaveLength(1);
    expect(listings(its, where.id)).not.toEqual([]); // control: the answer was lost, so it was looked up
  });

  it.each([
    ['within the marker', 'asked for by ana [runwright te'],
    ['and says so', 'asked for by [message truncated]'],
  ])('is known by it where the server cuts the message %s, too', async (_, cut) => {
    const its = await orchestrator();
    const { workflowId, runId } = await lostRun(its, cut);

    const waiting = await its.approve(workflowId);

    expect(waiting.runId).toBe(runId);
    expect(await its.client.result(workflowId)).toMatchObject({ result: { outcome: 'applied', runId } });
  });

  it('is ended where it shows another message: somebody else may have made it', async () => {
    const its = await orchestrator();
    const { workflowId, runId } = await lostRun(its, 'Queued manually');

    const ending = await its.client.result(workflowId);

    expect(ending).toMatchObject({ kind: 'failed', type: 'option-ignored', facts: { runId, changed: 'nothing' } });
    expect(its.tfe.runs().find(({ id }) => id === runId)?.status).toMatch(/^(discarded|canceled)$/);
  });

  it('is not known on the configuration version of another request: nothing proves whose it is', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where, run: { mode: 'plan-only' } }));
    await its.client.result(first.workflowId);
    const { configurationVersionId } = await its.client.view(first.workflowId);
    const configuration = { kind: 'configuration-version', id: configurationVersionId! } as const;

    const { workflowId, runId } = await lostRun(its, '', { in: where, configuration, run: { mode: 'plan-only' } });
    await its.client.result(workflowId);

    // It was not found, so another one was made: that one is the request's.
    expect((await its.client.view(workflowId)).runId).not.toBe(runId);
    expect(its.tfe.runs().filter(({ workspaceId }) => workspaceId === where.id)).toHaveLength(3);
  });
});
