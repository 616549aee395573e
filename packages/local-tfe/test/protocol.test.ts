import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { document, eventually, HELLO, related, startTfe, tarball } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

describe('the protocol', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated', maxUploadBytes: 100_000 });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

  const newVersion = (attributes = {}): Promise<Reply> =>
    tfe.api(
      'POST',
      `/workspaces/${workspaceId}/configuration-versions`,
      document('configuration-versions', { 'auto-queue-runs': false, ...attributes }),
    );
  const put = (url: string, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers });
  const processed = (id: string) =>
    eventually(`${id} to be processed`, async () => {
      const { attributes } = (await tfe.api('GET', `/configuration-versions/${id}`)).body.data;
      return attributes.status === 'pending' ? undefined : attributes;
    });

  it('names itself in the headers of every answer', async () => {
    const ping = await tfe.api('GET', '/ping');

    expect(Object.fromEntries(ping.headers)).toMatchObject({
      'tfp-api-version': '2.6',
      'tfp-appname': 'Terraform Enterprise',
      'x-tfe-version': expect.stringMatching(/^v\d{6}-\d$/),
    });
  });

  it.each<[string, string, string, unknown, number]>([
    ['a path that is none', 'GET', '/nonsense', undefined, 404],
    ['a path that cannot be read', 'GET', '/runs/%zz', undefined, 400],
    ['a body that is not JSON', 'POST', '/runs', '{', 400],
  ])('names itself also to %s', async (_what, method, path, body, status) => {
    const reply = await tfe.api(method, path, body);

    expect([reply.status, reply.headers.get('tfp-appname')]).toEqual([status, 'Terraform Enterprise']);
  });

  it('takes an upload whatever type the client gives it', async () => {
    for (const type of ['application/json', 'application/vnd.api+json', 'text/plain', 'application/x-gzip']) {
      const made = await newVersion();

      const answer = await put(made.body.data.attributes['upload-url'], await tarball(HELLO), { 'content-type': type });

      expect([type, answer.status]).toEqual([type, 200]);
      expect((await processed(made.body.data.id)).status).toBe('uploaded');
    }
  });

  it('tells the upload URL once, takes a repeated upload, and gives back the same bytes', async () => {
    const made = await newVersion();
    const id = made.body.data.id;
    const url = made.body.data.attributes['upload-url'];
    expect(url.startsWith(tfe.address)).toBe(true);
    const bytes = await tarball(HELLO);

    expect((await put(url, bytes)).status).toBe(200);
    await processed(id);
    expect((await put(url, bytes)).status).toBe(200);

    expect((await tfe.api('GET', `/configuration-versions/${id}`)).body.data.attributes).not.toHaveProperty(
      'upload-url',
    );
    const download = await tfe.api('GET', `/configuration-versions/${id}/download`);
    const again = await fetch(download.headers.get('location') ?? '');
    expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('keeps the first upload when another follows at once', async () => {
    const made = await newVersion();
    const url = made.body.data.attributes['upload-url'];
    const first = await tarball(HELLO);

    expect((await put(url, first)).status).toBe(200);
    expect((await put(url, Buffer.from('no archive at all'))).status).toBe(200);

    expect((await processed(made.body.data.id)).status).toBe('uploaded');
    const download = await tfe.api('GET', `/configuration-versions/${made.body.data.id}/download`);
    const again = await fetch(download.headers.get('location') ?? '');
    expect(Buffer.from(await again.arrayBuffer()).equals(first)).toBe(true);
  });

  it('refuses a run on a configuration that is still being processed, or that is missing', async () => {
    const version = (await newVersion()).body.data.id;
    const create = (relationships: Record<string, unknown>): Promise<Reply> =>
      tfe.api(
        'POST',
        '/runs',
        document('runs', {}, { workspace: related('workspaces', workspaceId), ...relationships }),
      );
    const pending = await create({ 'configuration-version': related('configuration-versions', version) });
    const missing = await create({ 'configuration-version': related('configuration-versions', 'cv-none') });

    expect([pending.status, pending.body.errors[0].detail]).toEqual([
      422,
      'Configuration version is still being processed.',
    ]);
    expect([missing.status, missing.body.errors[0].detail]).toEqual([422, 'Configuration version is missing']);
  });

  it('queues a run by itself when the version asks for it', async () => {
    const made = await newVersion({ 'auto-queue-runs': true });
    await put(made.body.data.attributes['upload-url'], await tarball(HELLO));

    const runs = await eventually('the run', async () => {
      const reply = await tfe.api('GET', `/configuration-versions/${made.body.data.id}?include=run`);
      return reply.body.included[0] ? reply.body.included : undefined;
    });
    expect(runs).toHaveLength(1);
    await tfe.confirmable(runs[0].id);
    await tfe.api('POST', `/runs/${runs[0].id}/actions/discard`);
  });

  describe('refuses at the signed URLs', () => {
    it('an upload or a log read that carries a token, and writes down who sends one to a download', async () => {
      const made = await newVersion();
      const url: string = made.body.data.attributes['upload-url'];
      const authorization = `Bearer ${tfe.token}`;

      expect((await put(url, await tarball(HELLO), { authorization })).status).toBe(400);
      expect((await tfe.api('GET', `/configuration-versions/${made.body.data.id}`)).body.data.attributes.status).toBe(
        'pending',
      );
      const leaks = tfe.journal
        .entries({ kind: 'request' })
        .filter((entry) => entry.kind === 'request' && entry.leakedToken);
      expect(leaks).toHaveLength(1);
      expect(JSON.stringify(tfe.journal.entries())).not.toContain(url.split('/').at(-1));
    });

    it('a forged URL, one for another purpose, and one that has expired', async () => {
      const url: string = (await newVersion()).body.data.attributes['upload-url'];
      const forged = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      const otherPurpose = url.replace('/upload/', '/object/');
      const expired = tfe.address + tfe.services.urls.sign('read-log', 'plan-1', -1);

      expect((await put(forged, new Uint8Array())).status).toBe(404);
      expect((await fetch(otherPurpose)).status).toBe(404);
      expect((await fetch(expired)).status).toBe(404);
    });

    it('an upload beyond the limit, with 413', async () => {
      const made = await newVersion();

      expect((await put(made.body.data.attributes['upload-url'], Buffer.alloc(100_001))).status).toBe(413);
      expect((await put(made.body.data.attributes['upload-url'], await tarball(HELLO))).status).toBe(200);
    });
  });

  describe('limits', () => {
    let strict: Tfe;
    afterEach(() => strict.close());

    it('requests per second of a user, with the float that says when to come back', async () => {
      strict = await startTfe({ engine: 'simulated', rateLimit: 5 });
      await strict.control('POST', '/tokens', { token: 'second', username: 'admin' });
      await strict.control('POST', '/tokens', { token: 'other', username: 'bob' });
      const statuses: number[] = [];
      let refused: Reply | undefined;
      for (let n = 0; n < 30 && !refused; n += 1) {
        const reply = await strict.api('GET', '/account/details', undefined, {
          token: n % 2 === 0 ? 'test-token' : 'second',
        });
        statuses.push(reply.status);
        if (reply.status === 429) refused = reply;
      }

      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
      expect(refused?.body).toEqual({
        errors: [{ status: 429, title: 'Too many requests', detail: "You have exceeded the API's rate limit." }],
      });
      expect(Number(refused?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
      expect(refused?.headers.get('x-ratelimit-reset')).toMatch(/^0\.\d{3}$|^1\.000$/);
      expect(refused?.headers.get('x-ratelimit-limit')).toBe('5');
      expect((await strict.api('GET', '/account/details', undefined, { token: 'other' })).status).toBe(200);
    });

    it('run lists per minute of a user, apart from other requests', async () => {
      strict = await startTfe({ engine: 'simulated', listRateLimitPerMinute: 2 });
      await strict.organization();
      const list = async (): Promise<number> => (await strict.api('GET', '/organizations/acme/runs')).status;

      expect([await list(), await list(), await list()]).toEqual([200, 200, 429]);
      expect((await strict.api('GET', '/organizations/acme')).status).toBe(200);
    });

    it('verifications of notifications to ten a minute of a user', async () => {
      strict = await startTfe({ engine: 'simulated', rateLimit: 100 });
      await strict.organization();
      const made = await strict.api(
        'POST',
        `/workspaces/${await strict.workspace()}/notification-configurations`,
        document('notification-configurations', { name: 'mail', 'destination-type': 'email' }),
      );
      const verify = `/notification-configurations/${made.body.data.id}/actions/verify`;
      const statuses: number[] = [];
      for (let n = 0; n < 11; n += 1) statuses.push((await strict.api('POST', verify)).status);

      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
      expect((await strict.api('GET', '/organizations/acme')).status).toBe(200);
    });
  });

  it('keeps a state that is uploaded in two steps or inline, from whoever holds the lock', async () => {
    const stateful = await tfe.workspace('stateful');
    const state = {
      version: 4,
      terraform_version: '1.5.0',
      serial: 1,
      lineage: 'abc',
      outputs: { a: { value: 1, type: 'number' } },
      resources: [],
    };
    const bytes = Buffer.from(JSON.stringify(state));
    const { createHash } = await import('node:crypto');
    const attributes = { serial: 1, lineage: 'abc', md5: createHash('md5').update(bytes).digest('hex') };
    const path = `/workspaces/${stateful}/state-versions`;
    expect((await tfe.api('POST', path, document('state-versions', attributes))).status).toBe(409);
    await tfe.api('POST', `/workspaces/${stateful}/actions/lock`);

    const made = await tfe.api('POST', path, document('state-versions', attributes));
    const asJson = { 'content-type': 'application/json' };
    expect((await put(made.body.data.attributes['hosted-state-upload-url'], bytes, asJson)).status).toBe(200);

    const current = await tfe.api('GET', `/workspaces/${stateful}/current-state-version`);
    expect(current.body.data).toMatchObject({
      id: made.body.data.id,
      attributes: { status: 'finalized', serial: 1, 'resources-processed': true },
    });
    const inline = Buffer.from(JSON.stringify({ ...state, serial: 2 }));
    const second = {
      serial: 2,
      lineage: 'abc',
      md5: createHash('md5').update(inline).digest('hex'),
      state: inline.toString('base64'),
    };
    expect((await tfe.api('POST', path, document('state-versions', second))).status).toBe(201);
    expect((await tfe.api('POST', path, document('state-versions', { ...second, serial: 1, md5: 'x' }))).status).toBe(
      409,
    );
    // What the client says counts, whatever stands in its state.
    const third = await tfe.api('POST', path, document('state-versions', { ...second, serial: 7 }));
    expect([third.status, third.body.data.attributes.serial]).toEqual([201, 7]);
  });
});
