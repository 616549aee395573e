import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const SLOW = { ...HELLO, 'local-tfe.json': JSON.stringify({ plan: { seconds: 60 } }) };

describe('what the state of things forbids', () => {
  let tfe: Tfe;
  let ids: Record<string, string>;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    await tfe.control('POST', '/tokens', { token: 'bob', username: 'bob', access: 'apply' });
    const [managing, held, locked, foreign, free] = await Promise.all(
      ['managing', 'held', 'locked', 'foreign', 'free'].map((name) => tfe.workspace(name)),
    );
    ids = {
      managing: managing ?? '',
      held: held ?? '',
      locked: locked ?? '',
      foreign: foreign ?? '',
      free: free ?? '',
    };
    ids['old'] = await tfe.configuration(ids['held'] ?? '', SLOW);
    ids['current'] = await tfe.configuration(ids['held'] ?? '', HELLO);
    ids['applied'] = await tfe.run(ids['managing'] ?? '', await tfe.configuration(ids['managing'] ?? '', HELLO), {
      'auto-apply': true,
    });
    await tfe.reaches(ids['applied'], 'applied');
    ids['planning'] = await tfe.run(ids['held'] ?? '', ids['old']);
    await tfe.reaches(ids['planning'], 'planning');
    await tfe.api('POST', `/workspaces/${ids['locked']}/actions/lock`);
    await tfe.api('POST', `/workspaces/${ids['foreign']}/actions/lock`, undefined, { token: 'bob' });
    ids['project'] = (await tfe.api('GET', '/organizations/acme/projects')).body.data[0].id;
  });
  afterAll(() => tfe.close());

  it.each<[string, string, string]>([
    ['POST', '/workspaces/:locked/actions/lock', 'Unable to lock workspace. The workspace is already locked.'],
    ['POST', '/workspaces/:held/actions/lock', 'Unable to lock workspace. The workspace is already locked.'],
    ['POST', '/workspaces/:free/actions/unlock', 'Unable to unlock workspace. The workspace is not locked.'],
    ['POST', '/workspaces/:held/actions/unlock', 'The workspace is locked by Run :planning.'],
    ['POST', '/workspaces/:foreign/actions/unlock', 'The workspace is locked by User bob.'],
    ['POST', '/workspaces/:free/actions/force-unlock', 'The workspace is not locked.'],
    ['POST', '/workspaces/:held/actions/force-unlock', 'The workspace is locked by Run :planning.'],
    ['POST', '/workspaces/:locked/actions/safe-delete', 'Workspace cannot be safely deleted because it is locked.'],
    ['POST', '/workspaces/:managing/actions/safe-delete', 'because it is still managing resources.'],
    ['POST', '/configuration-versions/:old/actions/archive', 'because there are runs in progress.'],
    ['DELETE', '/projects/:project', 'The project has workspaces, or is the default one.'],
  ])('%s %s is answered 409, with the reason', async (method, path, detail) => {
    const named = (text: string): string => text.replaceAll(/:([a-z]+)/g, (_, name: string) => ids[name] ?? name);

    const reply = await tfe.api(method, named(path));

    expect(reply.status).toBe(409);
    expect(reply.body.errors).toEqual([
      { status: '409', title: 'conflict', detail: expect.stringContaining(named(detail)) },
    ]);
  });

  it('the current configuration version cannot be archived, in the words of a transition', async () => {
    const reply = await tfe.api('POST', `/configuration-versions/${ids['current']}/actions/archive`);

    expect([reply.status, reply.body.errors]).toMatchObject([
      409,
      [{ title: 'transition not allowed', detail: expect.stringContaining('because it is current.') }],
    ]);
  });

  it.each([
    ['applied', 'apply'],
    ['applied', 'discard'],
    ['applied', 'cancel'],
    ['applied', 'force-cancel'],
    ['planning', 'apply'],
    ['planning', 'discard'],
    ['planning', 'force-cancel'],
  ])('a run that is %s cannot be asked to %s', async (run, action) => {
    const reply = await tfe.api('POST', `/runs/${ids[run]}/actions/${action}`);

    expect([reply.status, reply.body.errors]).toEqual([409, [{ status: '409', title: 'transition not allowed' }]]);
  });

  it('a run that is not pending cannot be executed by force: 403, as TFE says it', async () => {
    const reply = await tfe.api('POST', `/runs/${ids['planning']}/actions/force-execute`);

    expect([reply.status, reply.body.errors[0].title]).toEqual([403, 'forbidden']);
  });

  it.each([
    [{ 'is-destroy': true, 'refresh-only': true }, 'refresh-only'],
    [{ refresh: false, 'refresh-only': true }, 'refresh-only'],
    [{ 'terraform-version': '1.5.0' }, 'terraform-version'],
    [{ variables: [{ key: 'a b', value: '1' }] }, 'variables'],
  ])('a run cannot be made with %j', async (attributes, pointed) => {
    const workspace = { data: { type: 'workspaces', id: ids['held'] } };

    const reply = await tfe.api('POST', '/runs', document('runs', attributes, { workspace }));

    expect([reply.status, reply.body.errors[0].source.pointer]).toEqual([422, `/data/attributes/${pointed}`]);
  });
});
