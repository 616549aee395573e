import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createFolderStore } from '@runwright/client/archive';
import { createTfeClient } from '../../src/tfe/client.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { ONE_RESOURCE, useOrchestrator, type Orchestrator } from '../support/orchestrator.ts';
import { packFiles } from '../support/pack-files.ts';

const orchestrator = useOrchestrator({ engine: 'simulated' });

/** A request for a configuration version that its caller has made, and to which nothing was uploaded yet. */
async function unprocessed(its: Orchestrator) {
  const where = await its.workspace();
  const tfe = createTfeClient({ address: its.tfe.address, token: () => its.tfe.token });
  closeAfterTests(() => tfe.close());
  const { id, uploadUrl } = await tfe.configurationVersions.create({ workspaceId: where.id, autoQueueRuns: false });
  const upload = async (): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), 'runwright-uploaded-'));
    const archives = createFolderStore(directory);
    const archive = await archives.open(await packFiles(archives, ONE_RESOURCE));
    await tfe.configurationVersions.upload(uploadUrl, archive);
    rmSync(directory, { recursive: true, force: true });
  };
  return { in: where, configuration: { kind: 'configuration-version', id } as const, upload };
}

const runsIn = (its: Orchestrator, workspaceId: string) =>
  its.tfe.runs().filter((run) => run.workspaceId === workspaceId);

describe('a configuration version that TFE still processes', () => {
  it('is waited for, in view, and its run is made once', async () => {
    const its = await orchestrator();
    const { upload, ...request } = await unprocessed(its);
    const { workflowId } = await its.client.start(await its.request({ ...request, timing: { pollRefusedMs: 2_000 } }));

    const waiting = await its.until(workflowId, 'the wait', ({ waitingFor }) => waitingFor !== undefined);
    await upload();
    await its.approve(workflowId);

    expect(waiting.waitingFor).toMatch(
      /^TFE to process the configuration version: the run is asked for again at \d{4}-/,
    );
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'completed', result: { outcome: 'applied' } });
    expect(runsIn(its, request.in.id)).toHaveLength(1);
  });

  it('is given up where nothing is ever uploaded, with TFE’s words', async () => {
    const its = await orchestrator();
    const { upload: _never, ...request } = await unprocessed(its);

    const { workflowId } = await its.client.start(await its.request(request));

    expect(await its.client.result(workflowId)).toMatchObject({
      kind: 'failed',
      type: 'configuration-unusable',
      message: expect.stringMatching(/still being processed.*was anything uploaded/),
      facts: { changed: 'nothing' },
    });
    expect(runsIn(its, request.in.id)).toEqual([]);
  });

  it('holds no cancellation up', async () => {
    const its = await orchestrator();
    const { upload: _never, ...request } = await unprocessed(its);
    const timing = { pollMinMs: 60_000, pollRefusedMs: 60_000 };
    const { workflowId } = await its.client.start(await its.request({ ...request, timing }));
    await its.until(workflowId, 'the wait', ({ waitingFor }) => waitingFor !== undefined);

    await its.client.cancel(workflowId);

    expect(await its.client.result(workflowId)).toEqual({ kind: 'canceled' });
  });
});
