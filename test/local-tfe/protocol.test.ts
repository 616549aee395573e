import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
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

  describe('errors a configuration version, with a message, for', () => {
    const packed = (...entries: (Partial<Header> & { name: string })[]): Promise<Buffer> => {
      const tar = pack();
      tar.entry({ name: 'main.tf' }, 'x');
      for (const entry of entries) {
        if (entry.type === undefined) tar.entry(entry, 'x');
        else tar.entry(entry);
      }
      tar.finalize();
      const zipped = tar.pipe(createGzip());
      return zipped.toArray().then((chunks) => Buffer.concat(chunks as Buffer[]));
    };

    it.each<[string, () => Promise<Buffer>, RegExp]>([
      ['no archive at all', async () => Buffer.from('hello'), /not a readable tar.gz/],
      ['half an archive', async () => (await tarball(HELLO)).subarray(0, 60), /not a readable tar.gz/],
      ['an empty archive', async () => tarball({}), /holds no files/],
      ['gzip of something else', async () => gzipSync('x'.repeat(5_000)), /not a readable tar.gz/],
      ['an absolute path', () => packed({ name: '/etc/x' }), /not a relative path/],
      ['a path that climbs', () => packed({ name: 'a/../../x' }), /leaves the configuration/],
      ['a link that climbs', () => packed({ name: 'l', type: 'symlink', linkname: '../../etc' }), /link out of/],
      ['a hard link to nothing', () => packed({ name: 'l', type: 'link', linkname: 'none' }), /hard link/],
      ['a device', () => packed({ name: 'd', type: 'character-device' }), /kind character-device/],
    ])('%s', async (_what, bytes, message) => {
      const made = await newVersion();
      await put(made.body.data.attributes['upload-url'], await bytes());

      const attributes = await processed(made.body.data.id);

      expect(attributes).toMatchObject({
        status: 'errored',
        error: 'invalid_archive',
        'error-message': expect.stringMatching(message),
      });
    });

    it('an archive that unpacks to more than the limit', async () => {
      const small = await startTfe({ engine: 'simulated', maxUnpackedBytes: 10_000 });
      try {
        await small.organization();
        const id = await small.configuration(await small.workspace(), { 'main.tf': 'x'.repeat(1_000_000) });
        const { attributes } = (await small.api('GET', `/configuration-versions/${id}`)).body.data;
        expect(attributes['error-message']).toContain('unpacks to more than 10000 bytes');
      } finally {
        await small.close();
      }
    });
  });

  describe('lists', () => {
    let runs: string[];
    let listed: string;

    beforeAll(async () => {
      listed = await tfe.workspace('listed');
      const cv = await tfe.configuration(listed, HELLO);
      const first = await tfe.run(listed, cv, { message: 'the first [marker 1]', 'auto-apply': true });
      await tfe.reaches(first, 'applied');
      const second = await tfe.run(listed, cv, { message: 'second', 'is-destroy': true });
      await tfe.confirmable(second);
      const third = await tfe.run(listed, cv, { message: 'third', 'plan-only': true });
      await tfe.reaches(third, 'planned_and_finished');
      runs = [first, second, third];
    });

    const ids = async (query: string): Promise<number[]> => {
      const reply = await tfe.api('GET', `/workspaces/${listed}/runs?${query}`);
      return reply.body.data.map((run: { id: string }) => runs.indexOf(run.id));
    };

    it.each([
      ['', [1, 0]],
      ['filter[operation]=plan_only', [2]],
      ['filter[operation]=plan_only,destroy', [2, 1]],
      ['filter[operation]=plan_and_apply', [0]],
      ['filter[status]=applied,planned', [1, 0]],
      ['filter[status_group]=final', [0]],
      ['filter[status_group]=non_final', [1]],
      ['filter[status_group]=discardable', [1]],
      ['filter[source]=tfe-ui', []],
      ['search[basic]=marker', [0]],
      ['search[user]=admin', [1, 0]],
      ['search[user]=nobody', []],
      ['filter[timeframe]=year', [1, 0]],
      ['filter[timeframe]=1999', []],
      ['page[size]=1', [1]],
      ['page[size]=1&page[number]=2', [0]],
    ])('of runs with %j give %j', async (query, expected) => {
      expect(await ids(query)).toEqual(expected);
    });

    it('page with totals per workspace, and without them per organization', async () => {
      const ofWorkspace = await tfe.api('GET', `/workspaces/${listed}/runs?page[size]=1`);
      const ofOrganization = await tfe.api(
        'GET',
        '/organizations/acme/runs?page[size]=1&filter[workspace_names]=listed',
      );

      expect(ofWorkspace.body.meta.pagination).toEqual({
        'current-page': 1,
        'page-size': 1,
        'prev-page': null,
        'next-page': 2,
        'total-pages': 2,
        'total-count': 2,
      });
      expect(ofOrganization.body.meta.pagination).toEqual({
        'current-page': 1,
        'page-size': 1,
        'prev-page': null,
        'next-page': 2,
      });
      expect(
        (await tfe.api('GET', '/organizations/acme/workspaces?page[size]=1000')).body.meta.pagination['page-size'],
      ).toBe(100);
    });

    it('find workspaces by part of the name, by pattern and by tag', async () => {
      await tfe.workspace('tagged', { 'tag-names': ['blue', 'green'] });
      const names = async (query: string): Promise<string[]> =>
        (await tfe.api('GET', `/organizations/acme/workspaces?${query}`)).body.data.map(
          (workspace: { attributes: { name: string } }) => workspace.attributes.name,
        );

      expect(await names('search[name]=agge')).toEqual(['tagged']);
      expect(await names('search[wildcard-name]=*ed')).toEqual(['listed', 'tagged']);
      await tfe.api(
        'POST',
        '/organizations/acme/workspaces',
        document(
          'workspaces',
          { name: 'bound' },
          { 'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'team', value: 'blue' } }] } },
        ),
      );
      expect(await names('filter[tagged][0][key]=team&filter[tagged][0][value]=blue')).toEqual(['bound']);
      expect(await names('filter[tagged][0][key]=team&filter[tagged][0][value]=red')).toEqual([]);
      expect(await names('search[tags]=blue,green')).toEqual(['tagged']);
      expect(await names('search[exclude-tags]=blue&search[name]=ed')).toEqual(['listed']);
    });

    it('side-load what is asked for, and refuse what is unknown', async () => {
      const reply = await tfe.api('GET', `/runs/${runs[0] ?? ''}?include=plan,apply,workspace,created_by`);
      const types = reply.body.included.map((resource: { type: string }) => resource.type);
      const unknown = await tfe.api('GET', `/runs/${runs[0] ?? ''}?include=nonsense`);

      expect(types.sort()).toEqual(['applies', 'plans', 'users', 'workspaces']);
      expect([unknown.status, unknown.body.errors[0].detail]).toEqual([
        400,
        expect.stringContaining('include parameter'),
      ]);
    });

    it('give logs by limit and offset, and nothing beyond the end', async () => {
      const plan = await tfe.api('GET', `/runs/${runs[0] ?? ''}/plan`);
      const url: string = plan.body.data.attributes['log-read-url'];
      const whole = await (await fetch(url)).text();
      const part = await (await fetch(`${url}?limit=5&offset=1`)).text();

      expect(part).toBe(whole.slice(1, 6));
      expect(await (await fetch(`${url}?limit=5&offset=${whole.length}`)).text()).toBe('');
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
  });

  describe('tokens', () => {
    it.each([
      ['read', false, false, 404],
      ['plan', true, false, 201],
      ['apply', true, true, 201],
    ])(
      'with %s access see it in the permissions and in what is refused',
      async (access, queueRun, queueApply, created) => {
        await tfe.control('POST', '/tokens', { token: access, username: access, access });
        const options = { token: access };
        const workspace = await tfe.api('GET', `/workspaces/${workspaceId}`, undefined, options);

        expect(workspace.body.data.attributes.permissions).toMatchObject({
          'can-queue-run': queueRun,
          'can-queue-apply': queueApply,
        });
        const body = document('configuration-versions', {});
        const version = await tfe.api('POST', `/workspaces/${workspaceId}/configuration-versions`, body, options);
        expect(version.status).toBe(created);
      },
    );

    it('of a team reach as far as the team does: into some workspaces, with some rights', async () => {
      const team = await tfe.api('POST', '/organizations/acme/teams', document('teams', { name: 'planners' }));
      const made = await tfe.api('POST', `/teams/${team.body.data.id}/authentication-token`);
      const options = { token: made.body.data.attributes.token };
      const inside = await tfe.workspace('team-inside');
      const outside = await tfe.workspace('team-outside');
      const grant = await tfe.api(
        'POST',
        '/team-workspaces',
        document(
          'team-workspaces',
          { access: 'plan' },
          {
            team: related('teams', team.body.data.id),
            workspace: related('workspaces', inside),
          },
        ),
      );
      const read = (path: string): Promise<Reply> => tfe.api('GET', path, undefined, options);

      expect((await read(`/workspaces/${inside}`)).body.data.attributes.permissions).toMatchObject({
        'can-queue-run': true,
        'can-queue-apply': false,
      });
      expect((await read(`/workspaces/${outside}`)).status).toBe(404);
      const names = (await read('/organizations/acme/workspaces')).body.data.map((one: { id: string }) => one.id);
      expect(names).toEqual([inside]);

      const runId = await tfe.run(inside, await tfe.configuration(inside, HELLO));
      await tfe.confirmable(runId);
      expect((await tfe.api('POST', `/runs/${runId}/actions/apply`, undefined, options)).status).toBe(404);
      await tfe.api(
        'PATCH',
        `/team-workspaces/${grant.body.data.id}`,
        document('team-workspaces', { access: 'write' }),
      );
      expect((await tfe.api('POST', `/runs/${runId}/actions/apply`, undefined, options)).status).toBe(202);
      await tfe.api('DELETE', `/teams/${team.body.data.id}`);
      expect((await read('/account/details')).status).toBe(401);
    });

    it('are refused once revoked', async () => {
      await tfe.control('POST', '/tokens', { token: 'brief', username: 'brief' });
      expect((await tfe.api('GET', '/account/details', undefined, { token: 'brief' })).status).toBe(200);
      await tfe.control('POST', '/tokens/revoke', { token: 'brief' });

      expect((await tfe.api('GET', '/account/details', undefined, { token: 'brief' })).status).toBe(401);
    });
  });

  it('never shows a sensitive value but where TFE does', async () => {
    const hidden = await tfe.workspace('hidden');
    const files = {
      'main.tf':
        'resource "terraform_data" "one" {\n  input = "planted"\n}\noutput "secret" {\n  value = "planted"\n  sensitive = true\n}\n',
    };
    const runId = await tfe.run(hidden, await tfe.configuration(hidden, files), { 'auto-apply': true });
    await tfe.reaches(runId, 'applied');
    const outputs = await tfe.api('GET', `/workspaces/${hidden}/current-state-version-outputs`);
    const [output] = outputs.body.data;

    expect(output.attributes).toMatchObject({ name: 'secret', sensitive: true, value: null });
    expect((await tfe.api('GET', `/state-version-outputs/${output.id}`)).body.data.attributes.value).toBe('planted');
    const redacted = await tfe.api('GET', `/runs/${runId}/plan/json-output-redacted`);
    const document = (await (await fetch(redacted.headers.get('location') ?? '')).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ plan_format_version: '1.2', provider_schemas: expect.anything() });
    expect(JSON.stringify(document['output_changes'])).not.toContain('planted');
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
    expect((await put(made.body.data.attributes['hosted-state-upload-url'], bytes)).status).toBe(200);

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
  });
});
