import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '../support/wait-until.ts';
import { EXECUTION, sealing, TIMING, useActivities, type Attempt } from './activities-for-tests.ts';

const activities = useActivities();

afterEach(async () => (await activities()).tfe.faults.clear());

async function prepared() {
  const its = await activities();
  const { id: workspaceId } = await its.workspace();
  const created = await its.call('createConfigurationVersion', { workspaceId, mode: 'plan-and-apply' });
  const upload = { ...created, archive: await its.archive(), timing: TIMING };
  const seen = its.now();
  return {
    its,
    upload,
    workspaceId,
    attempt: (attempt: number, heartbeatDetails?: unknown, more: Attempt = {}) =>
      its.attempt('uploadConfiguration', upload, { ...more, info: { attempt, heartbeatDetails } }),
    puts: () => its.tfe.journal.entries({ kind: 'request', after: seen }).filter(isPut),
  };
}

const isPut = (entry: { kind: string; method?: string }): boolean => entry.method === 'PUT';
const doubtful = { put: 'doubtful', sinceMs: Date.now() };

const UPLOAD = 'PUT /_archivist/v1/upload/:token';

describe('createConfigurationVersion', () => {
  it.each([
    ['plan-and-apply', false],
    ['plan-only', true],
  ] as const)('for %s is provisional, queues nothing by itself, and is speculative: %p', async (mode, speculative) => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const seen = its.now();

    const { id, sealedUploadUrl } = await its.call('createConfigurationVersion', { workspaceId, mode });

    const [request] = its.tfe.journal.entries({ kind: 'request', after: seen });
    expect(request).toMatchObject({ attributes: { provisional: true, 'auto-queue-runs': false, speculative } });
    expect(id).toMatch(/^cv-/);
    expect(sealedUploadUrl).not.toContain('http');
    const { sealer } = sealing(() => its.tfe.token);
    const { workflowId } = EXECUTION;
    expect(sealer.open(sealedUploadUrl, { purpose: 'upload-url', workflowId })).toMatchObject({
      kind: 'opened',
      plain: expect.stringMatching(/^http/),
    });
  });

  it('is not tried again when TFE refuses it, and is when TFE does not answer', async () => {
    const its = await activities();
    const { id: workspaceId } = await its.workspace();
    const match = 'POST /workspaces/:id/configuration-versions';
    its.tfe.faults.add({ match, fault: 'token-revoked' });
    const refused = await its.attempt('createConfigurationVersion', { workspaceId, mode: 'plan-and-apply' });
    its.tfe.faults.add({ match, fault: 'lost-answer-after-commit' });
    const lost = await its.attempt('createConfigurationVersion', { workspaceId, mode: 'plan-and-apply' });

    expect(refused.error).toMatchObject({ type: 'unauthorized', nonRetryable: true });
    expect(lost.error).toMatchObject({ nonRetryable: false });
  });
});

describe('uploadConfiguration', () => {
  it('uploads once, and answers when TFE has processed the archive', async () => {
    const { its, attempt, puts } = await prepared();
    let { answer, heartbeats } = await attempt(1);
    for (let next = 2; answer === undefined && next < 100; next += 1)
      ({ answer, heartbeats } = await attempt(next, heartbeats.at(-1)));

    expect(answer).toEqual({ kind: 'uploaded' });
    expect(puts()).toHaveLength(1);
    expect(its.tfe.journal.entries().some((entry) => entry.kind === 'request' && entry.leakedToken)).toBe(false);
  });

  it('tells the next attempt that it was received', async () => {
    const { its, attempt, puts } = await prepared();
    // The upload is answered, the look at it is not: the next attempt must know of the first.
    its.tfe.faults.add({ match: 'GET /configuration-versions/:id', fault: 'error-before-commit' });

    const first = await attempt(1);
    const second = await attempt(2, first.heartbeats.at(-1));

    expect(first.error).toMatchObject({ nonRetryable: false });
    expect(first.heartbeats.at(-1)).toMatchObject({ put: 'received' });
    expect(second.error ?? second.answer).toBeDefined();
    expect(puts()).toHaveLength(1);
  });

  it('looks before it repeats an upload whose answer was lost, and finds that it arrived', async () => {
    const { its, attempt, puts, upload } = await prepared();
    its.tfe.faults.add({ match: UPLOAD, fault: 'lost-answer-after-commit' });

    const first = await attempt(1);
    // Temporal's retry comes a second later; until TFE has processed the archive, it would be sent once more.
    await waitUntil(
      'TFE to process the upload',
      () => its.tfe.services.store.configurationVersions.require(upload.id).status === 'uploaded',
    );
    let { answer, heartbeats } = await attempt(2, first.heartbeats.at(-1));
    for (let next = 3; answer === undefined && next < 100; next += 1)
      ({ answer, heartbeats } = await attempt(next, heartbeats.at(-1)));

    expect(first.error).toMatchObject({ nonRetryable: false });
    expect(first.heartbeats.at(-1)).toMatchObject({ put: 'doubtful' });
    expect(answer).toEqual({ kind: 'uploaded' });
    expect(puts()).toHaveLength(1);
  });

  it('repeats an upload that did not arrive, after it has looked', async () => {
    const { its, attempt, puts } = await prepared();
    its.tfe.faults.add({ match: UPLOAD, fault: 'reset-before-commit' });

    const sent = await attempt(1);
    const looked = await attempt(2, sent.heartbeats.at(-1));
    const putsAfterTheLook = puts().length;
    await attempt(3, looked.heartbeats.at(-1));

    expect(looked.error).toMatchObject({ type: 'waiting', nextRetryDelay: 1 });
    expect(looked.heartbeats.at(-1)).toMatchObject({ put: 'not-arrived' });
    expect(putsAfterTheLook).toBe(1);
    expect(puts()).toHaveLength(2);
  });

  it.each([
    ['none: the worker was killed before it told', undefined, 0],
    ['doubtful', doubtful, 0],
    ['received', { ...doubtful, put: 'received' }, 0],
    ['not-arrived', { ...doubtful, put: 'not-arrived' }, 1],
  ])('in its second attempt, with details %s, uploads that often at once: %#', async (_, details, uploads) => {
    const { attempt, puts } = await prepared();

    await attempt(2, details);

    expect(puts()).toHaveLength(uploads);
  });

  it('waits on while TFE still shows a received upload as pending', async () => {
    const { attempt, puts } = await prepared();

    const { error, heartbeats } = await attempt(5, { put: 'received', sinceMs: Date.now() - 1_500 });

    expect(error).toMatchObject({ type: 'waiting', nextRetryDelay: expect.closeTo(150, -2) });
    expect(heartbeats.at(-1)).toMatchObject({ put: 'received' });
    expect(puts()).toEqual([]);
  });

  it('leaves the seal of another worker’s token to that worker, which then sends the archive at once', async () => {
    const { attempt, puts } = await prepared();

    const first = await attempt(1, undefined, { deps: sealing(() => 'a rotated token') });
    const putsOfTheFirst = puts().length;
    await attempt(2, first.heartbeats.at(-1));

    expect(first.error).toMatchObject({
      type: 'waiting',
      nonRetryable: false,
      message: expect.stringMatching(/rotated/),
    });
    expect(putsOfTheFirst).toBe(0);
    expect(puts()).toHaveLength(1);
  });

  it('opens what was sealed before the token was rotated in this worker', async () => {
    const { its, attempt, upload } = await prepared();
    let token = its.tfe.token;
    const deps = sealing(() => token);
    token = 'a rotated token';

    await attempt(1, undefined, { deps });

    expect(its.tfe.services.store.configurationVersions.require(upload.id).status).not.toBe('pending');
  });

  it('gives the configuration version up when no worker has the key', async () => {
    const { attempt, puts } = await prepared();
    const deps = sealing(() => 'a rotated token');
    let { answer, heartbeats } = await attempt(1, undefined, { deps });
    let attempts = 1;
    for (; answer === undefined && attempts < 100; attempts += 1)
      ({ answer, heartbeats } = await attempt(attempts + 1, heartbeats.at(-1), { deps }));

    expect(answer).toMatchObject({ kind: 'url-dead', why: expect.stringContaining('no worker has') });
    expect(attempts).toBe(10);
    expect(puts()).toEqual([]);
  });

  it.each([
    ['another workflow', { purpose: 'upload-url', workflowId: 'runwright/tfe/demo/ws/another' }],
    ['another purpose', { purpose: 'log-url', workflowId: EXECUTION.workflowId }],
  ] as const)('gives a seal up that was made for %s', async (_, sealedFor) => {
    const { its, upload, puts } = await prepared();
    const { sealer } = sealing(() => its.tfe.token);
    const sealedUploadUrl = sealer.seal('http://127.0.0.1:9/', sealedFor);

    const answer = await its.call('uploadConfiguration', { ...upload, sealedUploadUrl });

    expect(answer).toMatchObject({ kind: 'url-dead', why: expect.stringContaining('not sealed for this request') });
    expect(puts()).toEqual([]);
  });

  it('gives it up when TFE refuses the upload URL', async () => {
    const { its, attempt } = await prepared();
    its.tfe.faults.add({ match: UPLOAD, fault: 'error-before-commit', status: 403 });

    expect((await attempt(1)).answer).toMatchObject({ kind: 'url-dead', why: expect.stringContaining('forbidden') });
  });

  it.each([413, 422])('fails for good where it is too large for TFE or what stands before it (%i)', async (status) => {
    const { its, attempt, upload } = await prepared();
    its.tfe.faults.add({ match: UPLOAD, fault: 'error-before-commit', status });

    const { error } = await attempt(1);

    expect(error).toMatchObject({ type: 'configuration-unusable', nonRetryable: true });
    expect((error as Error).message).toContain(`${upload.archive.bytes} bytes (`);
    expect((error as Error).message).toContain('.terraformignore');
  });

  it('fails for good when this worker cannot read the archive, and says what to do', async () => {
    const { its, upload } = await prepared();
    const archive = { ...upload.archive, sha256: 'f'.repeat(64) };

    const { error } = await its.attempt('uploadConfiguration', { ...upload, archive });

    expect(error).toMatchObject({ type: 'archive-unavailable', nonRetryable: true });
    expect((error as Error).message).toContain('RUNWRIGHT_ARCHIVE_DIR');
  });

  it('fails for good, with TFE’s reason, when TFE cannot use the archive', async () => {
    const { its, upload } = await prepared();
    const garbage = async () => {
      const { Readable } = await import('node:stream');
      return { body: Readable.from([Buffer.from('no archive')]), bytes: 10 };
    };
    let attempted = await its.attempt('uploadConfiguration', upload, { deps: { archives: { open: garbage } } });
    for (let next = 2; !(attempted.error as Error).message.includes('refused') && next < 100; next += 1) {
      const info = { attempt: next, heartbeatDetails: attempted.heartbeats.at(-1) };
      attempted = await its.attempt('uploadConfiguration', upload, { info });
    }

    expect(attempted.error).toMatchObject({ type: 'configuration-unusable', nonRetryable: true });
  });
});
