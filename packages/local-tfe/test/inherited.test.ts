import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, related, startTfe, tarball } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

const tags = (...pairs: [string, string][]): { data: object[] } => ({
  data: pairs.map(([key, value]) => ({ type: 'tag-bindings', attributes: { key, value } })),
});

describe('what a workspace inherits', () => {
  let tfe: Tfe;
  let projectId: string;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    const project = document(
      'projects',
      { name: 'Platform' },
      { 'tag-bindings': tags(['team', 'net'], ['cost', '1']) },
    );
    projectId = (await tfe.api('POST', '/organizations/acme/projects', project)).body.data.id;
    const workspace = document('workspaces', { name: 'inside' }, { project: related('projects', projectId) });
    workspaceId = (await tfe.api('POST', '/organizations/acme/workspaces', workspace)).body.data.id;
  });
  afterAll(() => tfe.close());

  const workspace = async (): Promise<Record<string, unknown>> =>
    (await tfe.api('GET', `/workspaces/${workspaceId}`)).body.data.attributes;
  const change = (path: string, type: string, attributes: unknown): Promise<Reply> =>
    tfe.api('PATCH', path, document(type, attributes));

  describe('of tags with values', () => {
    const effective = async (): Promise<unknown[]> =>
      (await tfe.api('GET', `/workspaces/${workspaceId}/effective-tag-bindings`)).body.data.map(
        (binding: Record<string, Record<string, unknown>>) => [
          binding['attributes']?.['key'],
          binding['attributes']?.['value'],
          binding['links']?.['inherited-from'],
        ],
      );

    it('are those of its project, except where it has its own', async () => {
      expect(await effective()).toEqual([
        ['team', 'net', `/api/v2/projects/${projectId}`],
        ['cost', '1', `/api/v2/projects/${projectId}`],
      ]);

      await tfe.api('PATCH', `/workspaces/${workspaceId}/tag-bindings`, tags(['team', 'db']));

      expect(await effective()).toEqual([
        ['team', 'db', undefined],
        ['cost', '1', `/api/v2/projects/${projectId}`],
      ]);
      const own = await tfe.api('GET', `/workspaces/${workspaceId}/tag-bindings`);
      expect(own.body.data).toMatchObject([{ type: 'tag-bindings', attributes: { key: 'team', value: 'db' } }]);
      const included = await tfe.api('GET', `/workspaces/${workspaceId}?include=effective_tag_bindings`);
      expect(included.body.included).toHaveLength(2);
    });

    it('are named by the project, so that a client finds those that it includes', async () => {
      const { data, included } = (await tfe.api('GET', `/projects/${projectId}?include=effective_tag_bindings`)).body;

      const named = data.relationships['effective-tag-bindings'].data;
      expect(named).toHaveLength(2);
      expect(included.map(({ type, id }: Record<string, string>) => ({ type, id }))).toEqual(named);
    });

    it('are added to by POST and replaced by PATCH of the relation', async () => {
      const path = `/projects/${projectId}/relationships/tag-bindings`;
      const keys = async (): Promise<string[]> =>
        (await tfe.api('GET', path)).body.data.map(({ attributes }: { attributes: { key: string } }) => attributes.key);

      expect((await tfe.api('POST', path, tags(['env', 'prod']))).status).toBe(204);
      expect(await keys()).toEqual(['team', 'cost', 'env']);
      expect((await tfe.api('PATCH', path, tags(['env', 'test']))).status).toBe(204);
      expect(await keys()).toEqual(['env']);
      expect((await tfe.api('PATCH', path, tags())).status).toBe(204);
      expect(await keys()).toEqual([]);
    });

    it.each(['workspaces', 'projects'])('that are none are refused: %s', async (kind) => {
      const id = kind === 'projects' ? projectId : workspaceId;

      const reply = await tfe.api('PATCH', `/${kind}/${id}/tag-bindings`, { data: [{ attributes: { value: 'x' } }] });

      expect(reply.status).toBe(400);
    });

    it('is found by them: projects', async () => {
      const found = async (query: string): Promise<string[]> =>
        (await tfe.api('GET', `/organizations/acme/projects?${query}`)).body.data.map(
          ({ attributes }: { attributes: { name: string } }) => attributes.name,
        );
      await tfe.api('PATCH', `/projects/${projectId}/tag-bindings`, tags(['tier', 'gold']));

      expect(await found('filter[tagged][0][key]=tier')).toEqual(['Platform']);
      expect(await found('filter[tagged][0][key]=tier&filter[tagged][0][value]=silver')).toEqual([]);
      // Names go before a search, and neither looks at case.
      expect(await found('filter[names]=PLATFORM&q=default')).toEqual(['Platform']);
      expect(await found('q=DEFAULT')).toEqual(['Default Project']);
    });
  });

  describe('of execution modes', () => {
    const modes = async (): Promise<unknown> => {
      const { 'execution-mode': mode, operations, 'setting-overwrites': own } = await workspace();
      return [mode, operations, (own as Record<string, unknown>)['execution-mode']];
    };

    it('is its project’s, else its organization’s, until it has its own', async () => {
      expect(await modes()).toEqual(['remote', true, false]);
      await change('/organizations/acme', 'organizations', { 'default-execution-mode': 'local' });
      expect(await modes()).toEqual(['local', false, false]);
      await change(`/projects/${projectId}`, 'projects', { 'default-execution-mode': 'agent' });
      expect(await modes()).toEqual(['agent', true, false]);
      await change(`/workspaces/${workspaceId}`, 'workspaces', { 'execution-mode': 'remote' });
      expect(await modes()).toEqual(['remote', true, true]);
    });

    it('comes back when it gives up its own', async () => {
      const inherit = { 'execution-mode': 'remote', 'setting-overwrites': { 'execution-mode': false } };
      await change(`/workspaces/${workspaceId}`, 'workspaces', inherit);
      expect(await modes()).toEqual(['agent', true, false]);

      await change(`/projects/${projectId}`, 'projects', { 'setting-overwrites': { 'default-execution-mode': false } });

      expect(await modes()).toEqual(['local', false, false]);
    });

    it('decides whether there can be runs', async () => {
      const version = await tfe.api(
        'POST',
        `/workspaces/${workspaceId}/configuration-versions`,
        document('configuration-versions', { 'auto-queue-runs': false }),
      );
      const body = new Uint8Array(await tarball(HELLO));
      await fetch(version.body.data.attributes['upload-url'], { method: 'PUT', body });
      const run = document('runs', {}, { workspace: related('workspaces', workspaceId) });

      const refused = await tfe.api('POST', '/runs', run);

      expect(refused.status).toBe(422);
      expect(refused.body.errors[0].detail).toContain('execution mode local');
    });

    it.each([
      [true, ['remote', true, true]],
      [false, ['local', false, true]],
    ])('is said by old clients as operations: %s', async (operations, expected) => {
      await change(`/workspaces/${workspaceId}`, 'workspaces', { operations });

      expect(await modes()).toEqual(expected);
    });
  });

  it('of a project is kept as it was set', async () => {
    const settings = { 'auto-destroy-activity-duration': '14d', description: 'nets' };
    expect((await change(`/projects/${projectId}`, 'projects', settings)).body.data.attributes).toMatchObject(settings);
    const refused = await change(`/projects/${projectId}`, 'projects', { 'auto-destroy-activity-duration': '14 days' });

    expect([refused.status, refused.body.errors[0].source]).toEqual([
      422,
      { pointer: '/data/attributes/auto-destroy-activity-duration' },
    ]);
  });
});

describe('who may read a state', () => {
  let tfe: Tfe;
  let owner: string;
  let reader: string;
  let other: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    owner = await tfe.workspace('owner');
    reader = await tfe.workspace('reader');
    other = await tfe.workspace('other');
  });
  afterAll(() => tfe.close());

  const named = (...ids: string[]): unknown => ({ data: ids.map((id) => ({ type: 'workspaces', id })) });
  const consumers = (method: string, body?: unknown): Promise<Reply> =>
    tfe.api(method, `/workspaces/${owner}/relationships/remote-state-consumers`, body);
  const names = async (): Promise<string[]> =>
    (await consumers('GET')).body.data.map(({ attributes }: { attributes: { name: string } }) => attributes.name);

  it('is added, replaced and removed', async () => {
    expect(await names()).toEqual([]);
    expect((await consumers('POST', named(reader, other))).status).toBe(204);
    expect((await consumers('POST', named(reader))).status).toBe(204);
    expect(await names()).toEqual(['other', 'reader']);
    expect((await consumers('DELETE', named(other))).status).toBe(204);
    expect(await names()).toEqual(['reader']);
    expect((await consumers('PATCH', named(other))).status).toBe(204);
    expect(await names()).toEqual(['other']);
  });

  it('is no workspace that is not there, nor the workspace itself', async () => {
    const refused = [await consumers('POST', named('ws-none')), await consumers('POST', named(owner))];

    expect(refused.map(({ status, body }) => [status, body.errors[0].title])).toEqual([
      [422, 'invalid attribute'],
      [422, 'invalid attribute'],
    ]);
    expect((await consumers('POST', { data: [{ type: 'runs', id: reader }] })).status).toBe(400);
    expect(await names()).toEqual(['other']);
  });

  it('is nobody any more when the workspace is gone', async () => {
    await tfe.api('DELETE', `/workspaces/${other}`);

    expect(await names()).toEqual([]);
  });

  it('is everybody else where the state is open to the organization, and that list is not to be changed', async () => {
    await tfe.api('PATCH', `/workspaces/${owner}`, document('workspaces', { 'global-remote-state': true }));

    expect(await names()).toEqual(['reader']);
    expect((await consumers('PATCH', named(reader))).status).toBe(422);
  });
});
