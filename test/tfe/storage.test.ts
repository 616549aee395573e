import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/tfe/http/secret.ts';
import { errorOf, replayed } from './client-for-tests.ts';

const created = (uploadUrl: unknown) => ({
  status: 201,
  json: {
    data: { id: 'cv-1', type: 'configuration-versions', attributes: { status: 'pending', 'upload-url': uploadUrl } },
  },
});

describe('creating a configuration version', () => {
  it('sends its options and keeps the upload URL from being printed', async () => {
    const { server, tfe } = await replayed();
    server.reply(created(`${server.address}/upload/planted`));

    const version = await tfe.configurationVersions.create({
      workspaceId: 'ws-1',
      autoQueueRuns: false,
      speculative: false,
      provisional: true,
    });

    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      data: {
        type: 'configuration-versions',
        attributes: { 'auto-queue-runs': false, speculative: false, provisional: true },
      },
    });
    expect(version).toMatchObject({ id: 'cv-1', status: 'pending' });
    expect(version.uploadUrl.reveal()).toBe(`${server.address}/upload/planted`);
    expect([JSON.stringify(version), inspect(version), String(version.uploadUrl)].join()).not.toContain('planted');
  });

  it('completes an upload URL that is only a path', async () => {
    const { server, tfe } = await replayed();
    server.reply(created('/upload/planted'));

    const { uploadUrl } = await tfe.configurationVersions.create({ workspaceId: 'ws-1', autoQueueRuns: false });

    expect(uploadUrl.reveal()).toBe(`${server.address}/upload/planted`);
  });

  it.each([undefined, null, '', 7])('is unreadable without an upload URL: %p', async (uploadUrl) => {
    const { server, tfe } = await replayed();
    server.reply(created(uploadUrl));

    expect(
      await errorOf(tfe.configurationVersions.create({ workspaceId: 'ws-1', autoQueueRuns: false })),
    ).toMatchObject({
      kind: 'unreadable-answer',
      facts: { reason: 'unexpected-document' },
    });
  });
});

describe('uploading', () => {
  it('streams the bytes with their length and without the token', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 200 });
    const pieces = Array.from({ length: 40 }, () => randomBytes(50_000));
    const seen: number[] = [];

    await tfe.configurationVersions.upload(new Secret(`${server.address}/upload/planted`), {
      body: Readable.from(pieces),
      bytes: 2_000_000,
      onProgress: (sentBytes) => seen.push(sentBytes),
    });

    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      path: '/upload/planted',
      bodyBytes: 2_000_000,
      complete: true,
    });
    expect(server.requests[0]?.headers).toMatchObject({
      'content-length': '2000000',
      'content-type': 'application/octet-stream',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(seen.at(-1)).toBe(2_000_000);
  });

  it.each([
    [401, 'unauthorized'],
    [404, 'not-found'],
    [410, 'invalid'],
    [413, 'too-large'],
    [500, 'server'],
  ])('tells an answer of %i as %s', async (status, kind) => {
    const { server, tfe } = await replayed();
    server.reply({ status });

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), {
      body: Readable.from([Buffer.from('abc')]),
      bytes: 3,
    });

    expect(await errorOf(upload)).toMatchObject({ kind, operation: 'upload configuration', facts: { status } });
  });

  it('does not follow a redirect', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 307, headers: { location: `${server.address}/elsewhere` } });

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), {
      body: Readable.from([Buffer.from('abc')]),
      bytes: 3,
    });

    expect(await errorOf(upload)).toMatchObject({
      kind: 'unreadable-answer',
      facts: { status: 307, reason: 'redirected' },
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each([2, 4])('never passes off a body of 3 bytes as one of %i', async (bytes) => {
    const { server, tfe } = await replayed();
    server.reply({ status: 200 });

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), {
      body: Readable.from([Buffer.from('abc')]),
      bytes,
    });

    expect(await errorOf(upload)).toMatchObject({ kind: 'no-answer' });
    expect(server.requests.filter(({ complete }) => complete)).toEqual([]);
  });

  it('passes on the error of a source that breaks, and the server sees no whole body', async () => {
    const { server, tfe } = await replayed();
    const broken = new Error('the archive is damaged');
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from('ab');
      throw broken;
    }

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), {
      body: Readable.from(source()),
      bytes: 3,
    });

    await expect(upload).rejects.toBe(broken);
    expect(server.requests.filter(({ complete }) => complete)).toEqual([]);
  });

  it('gives up when nothing moves for the stall limit, and closes its source', async () => {
    const { server, tfe } = await replayed({ timeoutsMs: { uploadStallMs: 100 } });
    server.reply('silence');
    const body = Readable.from([Buffer.from('abc')]);

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), { body, bytes: 3 });

    expect(await errorOf(upload)).toMatchObject({ kind: 'no-answer', facts: { reason: 'timeout' } });
    expect(body.destroyed).toBe(true);
  });

  it('closes a source that nobody took a byte of', async () => {
    const { server, tfe } = await replayed();
    await server.close();
    const body = Readable.from([Buffer.from('abc')]);

    const upload = tfe.configurationVersions.upload(new Secret(`${server.address}/upload`), { body, bytes: 3 });

    expect(await errorOf(upload)).toMatchObject({ facts: { reason: 'connection-refused' } });
    expect(body.destroyed).toBe(true);
  });

  it('ends when the caller gives up', async () => {
    const { server, tfe } = await replayed();
    server.reply('silence');
    const caller = new AbortController();
    const upload = errorOf(
      tfe.configurationVersions.upload(
        new Secret(`${server.address}/upload`),
        { body: Readable.from([Buffer.from('abc')]), bytes: 3 },
        { signal: caller.signal },
      ),
    );
    await server.nextRequest();

    caller.abort();

    expect(await upload).toMatchObject({ kind: 'no-answer', facts: { reason: 'canceled' } });
  });
});

describe('the plan as JSON', () => {
  it('is fetched where TFE redirects to, without the token', async () => {
    const { server, tfe } = await replayed();
    server.reply(
      { status: 307, headers: { location: `${server.address}/blob/planted` } },
      { status: 200, json: { format_version: '1.2' } },
    );

    await expect(tfe.plans.readRedactedJson('plan-1')).resolves.toEqual({ format_version: '1.2' });

    expect(server.requests.map(({ path }) => path)).toEqual([
      '/api/v2/plans/plan-1/json-output-redacted',
      '/blob/planted',
    ]);
    expect(server.requests[0]?.headers).toHaveProperty('authorization');
    expect(server.requests[1]?.headers).not.toHaveProperty('authorization');
  });

  it.each<[string, { status: number; json?: unknown }, unknown]>([
    ['an answer at once', { status: 200, json: { resource_changes: [] } }, { resource_changes: [] }],
    ['204, not there yet', { status: 204 }, undefined],
    ['an empty 200, not there yet', { status: 200 }, undefined],
  ])('is read from %s', async (_how, reply, expected) => {
    const { server, tfe } = await replayed();
    server.reply(reply);

    await expect(tfe.plans.readRedactedJson('plan-1')).resolves.toEqual(expected);
  });

  it('is taken from the whole plan, without any value, where the server has no redacted one', async () => {
    const { server, tfe } = await replayed();
    const change = { actions: ['update'], before: { password: 'planted' }, after: { password: 'planted' } };
    const imported = { actions: ['no-op'], importing: { id: 'planted' } };
    const whole = {
      variables: { password: { value: 'planted' } },
      resource_changes: [
        { address: 'a.one', previous_address: 'a.zero', change },
        { address: 'a.two', change: imported },
      ],
    };
    server.reply({ status: 404, json: { errors: [{ status: '404' }] } }, { status: 200, json: whole });

    const plan = await tfe.plans.readRedactedJson('plan-1');

    expect(server.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['json-output-redacted', 'json-output']);
    expect(JSON.parse(JSON.stringify(plan))).toEqual({
      resource_changes: [
        { address: 'a.one', previous_address: 'a.zero', change: { actions: ['update'] } },
        { address: 'a.two', change: { actions: ['no-op'], importing: {} } },
      ],
    });
  });

  it('is not there where the server has neither', async () => {
    const { server, tfe } = await replayed();
    server.reply({ status: 404 }, { status: 404 });

    expect(await errorOf(tfe.plans.readRedactedJson('plan-1'))).toMatchObject({ kind: 'not-found' });
  });

  it('is followed once and no further', async () => {
    const { server, tfe } = await replayed();
    server.reply(
      { status: 307, headers: { location: `${server.address}/one` } },
      { status: 307, headers: { location: `${server.address}/two` } },
    );

    expect(await errorOf(tfe.plans.readRedactedJson('plan-1'))).toMatchObject({ facts: { reason: 'redirected' } });
    expect(server.requests).toHaveLength(2);
  });
});
