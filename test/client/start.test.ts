import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ArchiveError,
  createFolderStore,
  RequestConflictError,
  RunwrightClient,
  type RunwrightOptions,
} from '@runwright/client';
import { DIGEST_MEMO, taskQueueOf, WORKFLOW_TYPE, workflowIdOf } from '@runwright/client/contract';
import { connectToTemporal, temporalAddress, uniqueName } from '../support/temporal.ts';
import { newRequest, TFE_ADDRESS } from './requests.ts';

const temporal = connectToTemporal();
const installation = uniqueName('start');
const base = mkdtempSync(join(tmpdir(), 'runwright-start-'));
let runwright: RunwrightClient;

beforeAll(async () => {
  runwright = await connect();
});
afterAll(async () => {
  await runwright.close();
  rmSync(base, { recursive: true });
});

const connect = (options: Partial<RunwrightOptions> = {}) =>
  RunwrightClient.connect({
    temporal: { address: temporalAddress(), namespace: 'default', environment: {} },
    tfeAddress: TFE_ADDRESS,
    installation,
    ...options,
  });

function directoryWith(name: string, content: string): string {
  const directory = mkdtempSync(join(base, 'files-'));
  writeFileSync(join(directory, name), content);
  return directory;
}

describe('starting a request', () => {
  it('makes one workflow whose id tells TFE host, workspace and key', async () => {
    const request = newRequest();

    const handle = await runwright.start(request);

    expect(handle).toMatchObject({
      id: request.key,
      started: 'new',
      workflowId: `runwright/tfe.example.com/demo/hello/${request.key}`,
    });
  });

  it('gives the same one when it is repeated', async () => {
    const request = newRequest();
    const first = await runwright.start(request);

    const second = await runwright.start(request);

    expect(second).toEqual({ ...first, started: 'existing' });
  });

  it('gives the same one to callers that start it at the same time, and one of them made it', async () => {
    const request = newRequest();

    const handles = await Promise.all(Array.from({ length: 5 }, () => runwright.start(request)));

    expect(handles.filter(({ started }) => started === 'new')).toHaveLength(1);
    expect(new Set(handles.map(({ workflowId }) => workflowId)).size).toBe(1);
  });

  it('gives the same one after it has ended', async () => {
    const request = newRequest();
    const { workflowId } = await runwright.start(request);
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');

    const again = await runwright.start(request);

    expect(again.started).toBe('existing');
  });

  it('shows people what is asked, and how to decide by hand', async () => {
    const { workflowId } = await runwright.start(newRequest());

    const described = await (await temporal.client()).workflow.getHandle(workflowId).describe();

    expect(await described.staticSummary()).toBe('apply demo/hello: say hello');
    expect(await described.staticDetails()).toContain('Send a Signal');
    expect(described.searchAttributes).toMatchObject({
      TfeOrganization: ['demo'],
      TfeWorkspace: ['hello'],
      TfeRequestedBy: ['ann'],
    });
  });

  it('links to its page in the Temporal UI that was named, whatever its port', async () => {
    const named = await connect({ temporalUi: 'https://ui.example.com:8443/temporal/' });
    const { url = '', workflowId } = await named.start(newRequest());
    await named.close();

    expect(url).toMatch(/^https:\/\/ui\.example\.com:8443\/temporal\/namespaces\/default\/workflows\/runwright%2Ftfe/);
    expect(decodeURIComponent(url)).toContain(workflowId);
  });

  it('has no link where nobody said where the Temporal UI is', async () => {
    expect(await runwright.start(newRequest())).not.toHaveProperty('url');
  });
});

describe('a request with a directory', () => {
  it('is packed into the store, and its files are named by their content', async () => {
    const archives = createFolderStore(join(base, 'archives'));
    const packing = await connect({ archives });
    const { configuration: _none, ...request } = newRequest();

    const { workflowId } = await packing.start({ ...request, directory: directoryWith('main.tf', '') });
    await packing.close();

    const handle = (await temporal.client()).workflow.getHandle(workflowId);
    const details = await (await handle.describe()).staticDetails();
    expect(details).toMatch(/1 file, \d+ bytes, sha256/);
    expect(readdirSync(join(base, 'archives'))).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.tar\.gz$/)]);
  });

  it('that holds what looks like a secret says so', async () => {
    const packing = await connect({ archives: createFolderStore(join(base, 'archives')) });
    const { configuration: _none, ...request } = newRequest();
    const directory = directoryWith('main.tf', '');
    writeFileSync(join(directory, '.env'), 'x');

    const handle = await packing.start({ ...request, directory });
    await packing.close();

    expect(handle).toMatchObject({ started: 'new', looksSecret: ['.env'] });
  });

  it('that holds no Terraform file is refused before anything is started', async () => {
    const packing = await connect({ archives: createFolderStore(join(base, 'unused')) });
    const request = newRequest();

    await expect(packing.start({ ...request, directory: directoryWith('readme.md', 'hi') })).rejects.toThrow(
      ArchiveError,
    );
    await expect(packing.findId(request.key)).rejects.toMatchObject({ kind: 'request-not-found' });
    await packing.close();
  });
});

describe('a key that belongs to another request', () => {
  it('is refused and says what differs', async () => {
    const request = newRequest();
    await runwright.start(request);

    const conflict = runwright.start({ ...request, run: { message: 'say hello', mode: 'destroy' } });

    await expect(conflict).rejects.toThrow(RequestConflictError);
    await expect(conflict).rejects.toThrow(/run\.mode: "plan-and-apply" → "destroy"/);
  });

  it('is refused also after that one has ended', async () => {
    const request = newRequest();
    const { workflowId } = await runwright.start(request);
    await (await temporal.client()).workflow.getHandle(workflowId).terminate('by the test');

    await expect(runwright.start({ ...request, requestedBy: 'bob' })).rejects.toThrow(/requestedBy: "ann" → "bob"/);
  });

  describe('where the workflow was started by hand, without a digest', () => {
    const startByHand = async (request: ReturnType<typeof newRequest>) =>
      (await temporal.client()).workflow.start(WORKFLOW_TYPE, {
        taskQueue: taskQueueOf(installation),
        workflowId: workflowIdOf({ tfeHost: 'tfe.example.com', ...request }),
        args: [request],
      });

    it('is taken for the same request when its input says the same', async () => {
      const request = newRequest();
      await startByHand(request);

      expect((await runwright.start({ ...request, approval: { approvers: 1 } })).started).toBe('existing');
    });

    it('is refused when its input differs', async () => {
      const request = newRequest();
      await startByHand(request);

      await expect(runwright.start({ ...request, workspace: 'hello', requestedBy: 'eve' })).rejects.toThrow(
        /"ann" → "eve"/,
      );
    });
  });

  it('is taken for the same request when only the digest is of another version', async () => {
    const request = newRequest();
    await (
      await temporal.client()
    ).workflow.start(WORKFLOW_TYPE, {
      taskQueue: taskQueueOf(installation),
      workflowId: workflowIdOf({ tfeHost: 'tfe.example.com', ...request }),
      args: [request],
      memo: { [DIGEST_MEMO]: 'sha256:of-a-release-that-knew-other-fields' },
    });

    expect((await runwright.start(request)).started).toBe('existing');
  });
});

describe('a request that breaks the contract', () => {
  it('is refused before anything is started, with every fault', async () => {
    const refused = runwright.start(newRequest({ workspace: 'no/slash', approval: { approvers: 0 } }));

    await expect(refused).rejects.toMatchObject({
      kind: 'invalid-request',
      faults: [expect.stringContaining('workspace'), expect.stringContaining('approval.approvers')],
    });
  });

  it('is refused where its workflow id would be too long for Temporal’s index', async () => {
    const refused = runwright.start(
      newRequest({ key: 'k'.repeat(200), organization: 'o'.repeat(40), workspace: 'w'.repeat(40) }),
    );

    await expect(refused).rejects.toMatchObject({ kind: 'invalid-request' });
  });
});
