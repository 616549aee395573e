import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

describe('SSH keys', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let keyId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
    keyId = (await newKey('git', 'the planted key')).body.data.id;
  });
  afterAll(() => tfe.close());

  const newKey = (name: string, value: string, organization = 'acme'): Promise<Reply> =>
    tfe.api('POST', `/organizations/${organization}/ssh-keys`, document('ssh-keys', { name, value }));
  const assign = (id: unknown): Promise<Reply> =>
    tfe.api('PATCH', `/workspaces/${workspaceId}/relationships/ssh-key`, document('workspaces', { id }));
  const assigned = async (): Promise<unknown> =>
    (await tfe.api('GET', `/workspaces/${workspaceId}`)).body.data.relationships['ssh-key'];

  it('are told by their names; the key is found nowhere', async () => {
    const key = {
      id: keyId,
      type: 'ssh-keys',
      attributes: { name: 'git' },
      links: { self: `/api/v2/ssh-keys/${keyId}` },
    };

    expect((await tfe.api('GET', '/organizations/acme/ssh-keys')).body.data).toEqual([key]);
    expect((await tfe.api('GET', `/ssh-keys/${keyId}`)).body.data).toEqual(key);
    const kept = JSON.stringify([tfe.services.store.sshKeys.select(), tfe.journal.entries()]);
    expect(kept).not.toContain('the planted key');
  });

  it('are assigned to a workspace, taken away, and gone from it when they are deleted', async () => {
    expect(await assigned()).toEqual({ data: null });
    expect((await assign(keyId)).body.data.relationships['ssh-key']).toEqual({ data: { type: 'ssh-keys', id: keyId } });
    expect((await assign(null)).body.data.relationships['ssh-key']).toEqual({ data: null });
    const doomed = (await newKey('doomed', 'x')).body.data.id;
    await assign(doomed);
    expect(await assigned()).toEqual({ data: { type: 'ssh-keys', id: doomed } });

    expect((await tfe.api('DELETE', `/ssh-keys/${doomed}`)).status).toBe(204);

    expect(await assigned()).toEqual({ data: null });
  });

  it('of another organization, or none at all, are not assigned', async () => {
    await tfe.organization('other');
    const foreign = (await newKey('theirs', 'x', 'other')).body.data.id;

    expect((await assign(foreign)).status).toBe(404);
    expect((await assign('sshkey-none')).status).toBe(404);
    expect((await assign(7)).status).toBe(400);
    expect((await tfe.api('PATCH', `/workspaces/${workspaceId}/relationships/ssh-key`, { data: {} })).status).toBe(400);
  });

  it('need a name and a key', async () => {
    const reply = await newKey('', '');

    expect([reply.status, reply.body.errors.map(({ source }: { source: object }) => source)]).toEqual([
      422,
      [{ pointer: '/data/attributes/name' }, { pointer: '/data/attributes/value' }],
    ]);
  });
});
