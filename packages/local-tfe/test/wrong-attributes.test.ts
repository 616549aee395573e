import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, related, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

interface Problem {
  detail: string;
  source?: { pointer: string };
}

describe('an attribute that is wrong', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
    await tfe.api('POST', `/workspaces/${workspaceId}/vars`, document('vars', VARIABLE));
  });
  afterAll(() => tfe.close());

  const VARIABLE = { key: 'taken', value: '1', category: 'terraform' };
  const HOOK = { name: 'hook', 'destination-type': 'generic', url: 'http://127.0.0.1:1/' };
  const WORKSPACES = '/organizations/acme/workspaces';
  const VARS = '/workspaces/:id/vars';
  const HOOKS = '/workspaces/:id/notification-configurations';
  const of = (attribute: string): string => `/data/attributes/${attribute}`;

  it.each<[string, string, Record<string, unknown>, string, string]>([
    ['/organizations', 'organizations', { email: 'a@b.c' }, of('name'), "Name can't be blank"],
    ['/organizations', 'organizations', { name: 'acme', email: 'a' }, of('name'), 'Name has already been taken'],
    ['/organizations', 'organizations', { name: 'a b', email: 'a' }, of('name'), 'Name may contain only letters'],
    [WORKSPACES, 'workspaces', { name: 7 }, of('name'), 'Name must be a string'],
    [WORKSPACES, 'workspaces', { name: null }, of('name'), "Name can't be blank"],
    [WORKSPACES, 'workspaces', { name: 'x'.repeat(91) }, of('name'), 'Name is too long (maximum is 90 characters)'],
    [WORKSPACES, 'workspaces', { name: '../x' }, of('name'), 'Name can only include letters, numbers, -, and _.'],
    [WORKSPACES, 'workspaces', { name: 'network' }, of('name'), 'Name has already been taken'],
    [WORKSPACES, 'workspaces', { name: 'n', 'auto-apply': 1 }, of('auto-apply'), 'Auto apply must be true or false'],
    [
      WORKSPACES,
      'workspaces',
      { name: 'n', 'execution-mode': 'x' },
      of('execution-mode'),
      'Execution mode must be one',
    ],
    [VARS, 'vars', { key: 'k' }, of('category'), "Category can't be blank"],
    [VARS, 'vars', { key: 'k', category: 'x' }, of('category'), 'Category must be one of terraform, env'],
    [VARS, 'vars', { ...VARIABLE, key: '' }, of('key'), "Key can't be blank"],
    [VARS, 'vars', VARIABLE, of('key'), 'Key has already been taken'],
    [VARS, 'vars', { ...VARIABLE, key: 'k', value: 'x'.repeat(256 * 1024 + 1) }, of('value'), 'Value is too long'],
    [HOOKS, 'notification-configurations', { ...HOOK, url: 'ftp://x' }, of('url'), 'Url is invalid'],
    [HOOKS, 'notification-configurations', { ...HOOK, url: null }, of('url'), "Url can't be blank"],
    [HOOKS, 'notification-configurations', { ...HOOK, triggers: ['no'] }, of('triggers'), 'Triggers no is not'],
    [HOOKS, 'notification-configurations', { ...HOOK, triggers: 'no' }, of('triggers'), 'Triggers must be a list'],
    ['/runs', 'runs', {}, '/data/relationships/workspace', "Workspace can't be blank"],
    ['/runs', 'runs', { message: 1 }, of('message'), 'Message must be a string'],
    ['/runs', 'runs', { 'target-addrs': 'x' }, of('target-addrs'), 'Target addrs must be a list'],
    ['/runs', 'runs', { 'invoke-action-addrs': ['a', 'b'] }, of('invoke-action-addrs'), 'Invoke action addrs may name'],
    ['/runs', 'runs', { variables: [{ key: 'a' }] }, of('variables/0/value'), "Variables 0 value can't be blank"],
    ['/workspaces/:id/state-versions', 'state-versions', { md5: 'x' }, of('serial'), "Serial can't be blank"],
    ['/organizations/acme/projects', 'projects', { name: 'p' }, of('name'), 'Name is too short'],
    ['/organizations/acme/projects', 'projects', { name: ' net' }, of('name'), 'Name cannot start or end with spaces'],
    ['/organizations/acme/projects', 'projects', { name: 'net ' }, of('name'), 'Name cannot start or end with spaces'],
    ['/organizations/acme/teams', 'teams', { name: '' }, of('name'), "Name can't be blank"],
    ['/team-workspaces', 'team-workspaces', { access: 'x' }, of('access'), 'Access must be one of read, plan, write'],
  ])('of a POST to %s as %s %j is pointed at: %s, %s', async (path, type, attributes, pointer, detail) => {
    const reply = await tfe.api('POST', path.replace(':id', workspaceId), document(type, attributes));

    expect(reply.status).toBe(422);
    const problems: Problem[] = reply.body.errors;
    const found = problems.find((problem) => problem.source?.pointer === pointer);
    expect(found).toMatchObject({ status: '422', title: 'invalid attribute' });
    expect(found?.detail).toContain(detail);
  });

  it('is refused together with all others', async () => {
    const wrong = document('runs', { message: 1, refresh: 'x' }, { workspace: related('projects', 'prj-1') });

    const { body } = await tfe.api('POST', '/runs', wrong);

    expect(body.errors.map(({ source }: { source: unknown }) => source)).toEqual([
      { pointer: '/data/attributes/message' },
      { pointer: '/data/attributes/refresh' },
      { pointer: '/data/relationships/workspace/data/type' },
    ]);
  });
});
