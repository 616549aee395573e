import { afterEach, describe, expect, it } from '@jest/globals';
import { taskQueueOf } from '@runwright/client/contract';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { actsOn, makeOrphan, postTo, statusOf } from '../support/orphans.ts';
import { openStranger, type Stranger } from '../support/stranger.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });
const temporal = connectToTemporal();

afterEach(async () => (await orchestrator()).tfe.faults.clear());

const COMMENT = 'Approved by mallory (2 of 2)';
const ALL_OF_THEM = ['applyRun', 'discardRun', 'cancelRun'] as const;

/** A run that waits for two people, none of whom has approved it. */
async function unapproved(its: Orchestrator) {
  const where = await its.workspace();
  const { workflowId } = await its.client.start(await its.request({ in: where, approval: { approvers: 2 } }));
  const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
  const { organization, workspace } = where;
  return { workflowId, runId: runId!, input: { runId: runId!, comment: COMMENT, organization, workspace } };
}

const HELD_BY_A_POLICY = {
  'main.tf': 'resource "terraform_data" "one" {\n  input = "hello"\n}\n',
  'local-tfe.json': JSON.stringify({
    policies: [{ name: 'careful', enforcement: 'soft-mandatory', result: 'failed' }],
  }),
};

/** A run that a policy holds, and the policy check that somebody may override. */
async function heldByPolicy(its: Orchestrator) {
  const { workflowId } = await its.client.start(await its.request({ files: HELD_BY_A_POLICY }));
  const { runId } = await its.until(workflowId, 'the policy', ({ phase }) => phase === 'awaiting-override');
  const [id] = its.tfe.services.store.policyChecks.ids(runId!);
  return { workflowId, runId: runId!, held: { kind: 'policy-check' as const, id: id! } };
}

/** A run without a marker, planned, on the configuration of a request that was canceled. */
async function madeByHand(its: Orchestrator): Promise<{ runId: string; versionId: string }> {
  const { workflowId, runId: ofRequest } = await unapproved(its);
  const { workspaceId, configurationVersionId } = its.tfe.services.store.runs.get(ofRequest)!;
  await its.client.cancel(workflowId);
  await its.client.result(workflowId);
  const { data } = await postTo(its, 'runs', {
    data: {
      type: 'runs',
      attributes: { message: 'Queued manually', 'auto-apply': false },
      relationships: {
        workspace: { data: { type: 'workspaces', id: workspaceId } },
        'configuration-version': { data: { type: 'configuration-versions', id: configurationVersionId } },
      },
    },
  });
  await waitUntil('the plan', () => statusOf(its, data.id) === 'planned');
  return { runId: data.id, versionId: configurationVersionId! };
}

async function meet(): Promise<{ its: Orchestrator; stranger: Stranger }> {
  const its = await orchestrator();
  return { its, stranger: await openStranger(temporal, its) };
}

describe('a stranger’s workflow', () => {
  it.each(ALL_OF_THEM)('of a type of its own sends nothing by %s, and is told why', async (activity) => {
    const { its, stranger } = await meet();
    const { workflowId, runId, input } = await unapproved(its);

    const answer = await stranger.call({ activity, input });

    expect(answer).toMatchObject({
      kind: 'not-allowed',
      because: 'not-a-request',
      message: expect.stringContaining('stranger'),
    });
    expect(actsOn(its, runId)).toEqual([]);
    // Control: the request itself may be ended.
    await its.client.cancel(workflowId);
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
    expect(actsOn(its, runId)).toMatchObject([{ act: 'discard', committed: true }]);
  });

  it('of a type of its own sends nothing from Runwright’s own workflow queue either', async () => {
    const { its, stranger } = await meet();
    const { workflowId, runId, input } = await unapproved(its);

    const queue = taskQueueOf(its.installation);
    let answer: unknown;
    await its.withoutWorkflows(async () => (answer = await stranger.call({ activity: 'applyRun', input, queue })));

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'not-a-request' });
    expect(actsOn(its, runId)).toEqual([]);
    await its.client.cancel(workflowId);
  });

  it.each(ALL_OF_THEM)('under the name of Runwright’s own type sends nothing by %s', async (activity) => {
    const { its, stranger } = await meet();
    const { workflowId, runId, input } = await unapproved(its);

    const answer = await stranger.call({ activity, input, type: 'terraformRun' });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'not-a-request' });
    expect(actsOn(its, runId)).toEqual([]);
    await its.client.cancel(workflowId);
  });

  it('under the name of Runwright’s own type on its own queue sends nothing for another request’s run', async () => {
    const { its, stranger } = await meet();
    const { workflowId, runId, input } = await unapproved(its);
    const queue = taskQueueOf(its.installation);
    let answer: unknown;

    await its.withoutWorkflows(async () => {
      const forged = `${workflowId}-forged`;
      answer = await stranger.call({ activity: 'applyRun', input, type: 'terraformRun', workflowId: forged, queue });
    });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'another-run' });
    expect(actsOn(its, runId)).toEqual([]);
    await its.client.cancel(workflowId);
  });

  it('that takes the id of a request that has ended is another life of it: it applies nothing', async () => {
    const { its, stranger } = await meet();
    const { workflowId, runId } = await makeOrphan(its, await temporal.client());
    const input = { runId, comment: COMMENT, organization: 'demo', workspace: 'ws' };
    const queue = taskQueueOf(its.installation);
    let answer: unknown;

    await its.withoutWorkflows(async () => {
      answer = await stranger.call({ activity: 'applyRun', input, type: 'terraformRun', workflowId, queue });
    });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'earlier-life' });
    expect(actsOn(its, runId)).toEqual([]);
    expect(statusOf(its, runId)).toBe('planned');
  });
});

describe('a run that a person made by hand', () => {
  it.each([
    ['createRun', (runId: string) => ({ kind: 'created', run: { id: runId } })],
    ['createConfigurationVersion', (_: string, versionId: string) => ({ id: versionId })],
  ])('is not a stranger’s whose own worker answers as %s that it made it', async (activity, answerOf) => {
    const { its, stranger } = await meet();
    const queue = taskQueueOf(its.installation);
    const { runId, versionId } = await madeByHand(its);
    const input = { runId, comment: COMMENT, organization: 'demo', workspace: 'ws' };
    const forged = { activity, answer: answerOf(runId, versionId) };
    let answer: unknown;

    await its.withoutWorkflows(async () => {
      answer = await stranger.call({ activity: 'applyRun', input, type: 'terraformRun', queue, forged });
    });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'unproven' });
    expect(actsOn(its, runId)).toEqual([]);
    expect(statusOf(its, runId)).toBe('planned');
  });
});

describe('a stranger’s override', () => {
  it('of a policy of another request’s run is refused, and the run waits on', async () => {
    const { its, stranger } = await meet();
    const { workflowId, runId, held } = await heldByPolicy(its);

    const answer = await stranger.call({ activity: 'overridePolicy', input: { ...held, runId, comment: COMMENT } });

    expect(answer).toMatchObject({ kind: 'not-allowed', because: 'not-a-request' });
    expect(statusOf(its, runId)).toBe('policy_override');
    // Control: a person's override of the request itself passes.
    await its.client.override(workflowId, { runId, by: 'olga' });
    await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');
    await its.client.cancel(workflowId);
  });
});
