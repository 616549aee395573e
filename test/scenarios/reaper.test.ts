import { describe, expect, it } from '@jest/globals';
import { useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { makeOrphan, postTo, reap as reapOnce, statusOf, type Workspace } from '../support/orphans.ts';
import { connectToTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const orchestrator = useOrchestrator();
const temporal = connectToTemporal();

const reap = async (its: Orchestrator, mode: 'act' | 'dry-run') => reapOnce(its, await temporal.client(), mode);

const orphan = async (its: Orchestrator, where?: Workspace): Promise<string> =>
  (await makeOrphan(its, await temporal.client(), { ...(where && { where }) })).runId;

const runIn = (workspaceId: string, message: string, configurationVersionId?: string) => ({
  data: {
    type: 'runs',
    attributes: { message, 'replace-addrs': ['terraform_data.one'] },
    relationships: {
      workspace: { data: { type: 'workspaces', id: workspaceId } },
      ...(configurationVersionId && {
        'configuration-version': { data: { type: 'configuration-versions', id: configurationVersionId } },
      }),
    },
  },
});

describe('the reaper', () => {
  it('ends a run whose workflow was terminated', async () => {
    const its = await orchestrator();
    const runId = await orphan(its);

    const report = await reap(its, 'act');

    expect(report.runs).toContainEqual(
      expect.objectContaining({ runId, workflow: 'closed', action: 'discard', answer: 'accepted' }),
    );
    await waitUntil('the orphan to be discarded', () => statusOf(its, runId) === 'discarded');
  });

  it('only tells in a dry run', async () => {
    const its = await orchestrator();
    const runId = await orphan(its);

    const report = await reap(its, 'dry-run');

    expect(report.runs).toContainEqual(expect.objectContaining({ runId, action: 'discard' }));
    expect(statusOf(its, runId)).toBe('planned');
  });

  it('leaves a run alone whose workflow lives', async () => {
    const its = await orchestrator();
    const { workflowId } = await its.client.start(await its.request({}));
    const { runId } = await its.until(workflowId, 'the gate', ({ phase }) => phase === 'awaiting-confirmation');

    const report = await reap(its, 'act');

    expect(report.runs.map((run) => run.runId)).not.toContain(runId);
    expect(statusOf(its, runId!)).toBe('planned');
    await its.client.cancel(workflowId);
    await its.client.result(workflowId);
  });

  it.each([
    ['without a marker', 'made by hand'],
    [
      'of another installation',
      `x [runwright other000 11111111-1111-1111-1111-111111111111 runwright/h/o/w/k 11111111-1111-1111-1111-111111111111 #1]`,
    ],
  ])('leaves a run %s alone', async (_, message) => {
    const its = await orchestrator();
    const where = await its.workspace();
    const first = await its.client.start(await its.request({ in: where }));
    await its.approve(first.workflowId);
    await its.client.result(first.workflowId);
    const { data } = await postTo(its, 'runs', runIn(where.id, message));
    await waitUntil('the foreign run to be planned', () => statusOf(its, data.id) === 'planned');

    const report = await reap(its, 'act');

    expect(report.runs.map((run) => run.runId)).not.toContain(data.id);
    expect(statusOf(its, data.id)).toBe('planned');
  });

  it('goes on where TFE does not show one organization, and says so', async () => {
    const its = await orchestrator();
    const runId = await orphan(its);
    await postTo(its, 'organizations', {
      data: { type: 'organizations', attributes: { name: 'closed-to-us', email: 'a@example.com' } },
    });
    const refused = its.tfe.faults.add({
      match: 'GET /organizations/:organization/runs',
      path: 'closed-to-us',
      fault: 'not-found',
      times: null,
    });

    const report = await reap(its, 'act');

    expect(report.unread).toEqual([{ organization: 'closed-to-us', why: expect.stringContaining('not found') }]);
    expect(report.runs).toContainEqual(expect.objectContaining({ runId, answer: 'accepted' }));
    its.tfe.faults.clear(refused.id);
  });

  it('fails at once where the token is refused', async () => {
    const its = await orchestrator();
    its.tfe.faults.add({ match: 'GET /organizations', fault: 'token-revoked' });

    await expect(reap(its, 'dry-run')).rejects.toMatchObject({ cause: { cause: { type: 'unauthorized' } } });
  });

  // Last, because the runs behind the orphan would be planned once it ends.
  it('finds an orphan behind a page of other runs', async () => {
    const its = await orchestrator();
    const where = await its.workspace();
    const runId = await orphan(its, where);
    const { configurationVersionId } = its.tfe.runs().find(({ id }) => id === runId)!;
    const foreign = runIn(where.id, 'made by hand', configurationVersionId);
    for (let made = 0; made < 100; made += 1) await postTo(its, 'runs', foreign);

    const report = await reap(its, 'dry-run');

    expect(report.runs.map((run) => run.runId)).toContain(runId);
  });
});
