import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, related, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

const ATTRIBUTES = {
  access: 'custom',
  runs: 'read',
  variables: 'none',
  'state-versions': 'none',
  'sentinel-mocks': 'none',
  'workspace-locking': false,
  'run-tasks': false,
  'policy-overrides': false,
};

describe('what a team may in a workspace', () => {
  let tfe: Tfe;
  let workspaceId: string;
  let runId: string;
  let stateVersionId: string;
  let team: { id: string; token: string };
  let grantId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
    runId = await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO), { 'auto-apply': true });
    await tfe.reaches(runId, 'applied');
    stateVersionId = (await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version`)).body.data.id;
    team = await newTeam('people');
    grantId = (await grant(team.id, { access: 'read' })).body.data.id;
  });
  afterAll(() => tfe.close());

  async function newTeam(name: string, attributes = {}): Promise<{ id: string; token: string }> {
    const made = await tfe.api('POST', '/organizations/acme/teams', document('teams', { name, ...attributes }));
    const { id } = made.body.data;
    const token = await tfe.api('POST', `/teams/${id}/authentication-token`);
    return { id, token: token.body.data.attributes.token };
  }
  const grant = (teamId: string, attributes: unknown): Promise<Reply> =>
    tfe.api(
      'POST',
      '/team-workspaces',
      document('team-workspaces', attributes, {
        team: related('teams', teamId),
        workspace: related('workspaces', workspaceId),
      }),
    );
  const regrant = (attributes: unknown): Promise<Reply> =>
    tfe.api('PATCH', `/team-workspaces/${grantId}`, document('team-workspaces', attributes));
  const workspace = (path: string): string => `/workspaces/${workspaceId}${path}`;
  const asked: Record<string, () => Promise<Reply>> = {
    'read the workspace': () => as('GET', workspace('')),
    'read a run': () => as('GET', `/runs/${runId}`),
    'make a configuration version': () =>
      as('POST', workspace('/configuration-versions'), document('configuration-versions', {})),
    'apply a run': () => as('POST', `/runs/${runId}/actions/apply`),
    'list variables': () => as('GET', workspace('/vars')),
    'make a variable': () => as('POST', workspace('/vars'), document('vars', {})),
    'read outputs': () => as('GET', workspace('/current-state-version-outputs')),
    'read the state': () => as('GET', workspace('/current-state-version')),
    'download the state': () => as('GET', `/state-versions/${stateVersionId}/download`),
    'make a state version': () => as('POST', workspace('/state-versions'), document('state-versions', {})),
    'lock and unlock': async () => {
      const locked = await as('POST', workspace('/actions/lock'));
      if (locked.status === 200) await as('POST', workspace('/actions/unlock'));
      return locked;
    },
    'take a lock away': () => as('POST', workspace('/actions/force-unlock')),
    'change the workspace': () => as('PATCH', workspace(''), document('workspaces', {})),
  };
  const as = (method: string, path: string, body?: unknown): Promise<Reply> =>
    tfe.api(method, path, body, { token: team.token });
  /** What is not 404: a refusal for another reason is not one of permissions. */
  async function allowed(): Promise<string[]> {
    const found: string[] = [];
    for (const [what, ask] of Object.entries(asked)) if ((await ask()).status !== 404) found.push(what);
    return found;
  }

  const READ = ['read the workspace', 'read a run'];
  const STATE = ['read outputs', 'read the state', 'download the state'];
  it.each<[string, Record<string, unknown>, string[]]>([
    ['read', {}, [...READ, 'list variables', ...STATE]],
    ['plan', {}, [...READ, 'make a configuration version', 'list variables', ...STATE]],
    ['write', {}, Object.keys(asked).slice(0, -2)],
    ['admin', {}, Object.keys(asked)],
    ['custom', ATTRIBUTES, READ],
    ['custom', { ...ATTRIBUTES, runs: 'plan' }, [...READ, 'make a configuration version']],
    ['custom', { ...ATTRIBUTES, runs: 'apply' }, [...READ, 'make a configuration version', 'apply a run']],
    ['custom', { ...ATTRIBUTES, variables: 'read' }, [...READ, 'list variables']],
    ['custom', { ...ATTRIBUTES, variables: 'write' }, [...READ, 'list variables', 'make a variable']],
    ['custom', { ...ATTRIBUTES, 'state-versions': 'read-outputs' }, [...READ, 'read outputs']],
    ['custom', { ...ATTRIBUTES, 'state-versions': 'read' }, [...READ, ...STATE]],
    ['custom', { ...ATTRIBUTES, 'state-versions': 'write' }, [...READ, ...STATE, 'make a state version']],
    ['custom', { ...ATTRIBUTES, 'workspace-locking': true }, [...READ, 'lock and unlock']],
  ])('%s %j is to %j', async (access, attributes, may) => {
    const changed = await regrant({ ...attributes, access });

    expect(changed.status).toBe(200);
    expect(changed.body.data.attributes).toMatchObject({ ...attributes, access });
    expect(await allowed()).toEqual(may);
  });

  it('is what the workspace says in its permissions', async () => {
    await regrant({ ...ATTRIBUTES, variables: 'read', 'state-versions': 'read-outputs', 'run-tasks': true });

    expect((await as('GET', workspace(''))).body.data.attributes.permissions).toMatchObject({
      'can-read-run': true,
      'can-queue-run': false,
      'can-read-variable': true,
      'can-update-variable': false,
      'can-read-state-outputs': true,
      'can-read-state-versions': false,
      'can-create-state-versions': false,
      'can-lock': false,
      'can-unlock': false,
      'can-manage-run-tasks': true,
    });
    const included = await as('GET', workspace('?include=current_state_version,outputs'));
    expect(included.body.included.map(({ type }: { type: string }) => type)).toEqual(['workspace-outputs']);
  });

  it('is to see the plan’s mocks, and to override policies, where it was granted', async () => {
    const planned = (await tfe.api('GET', `/runs/${runId}`)).body.data.relationships.plan.data.id;
    const mayNow = async (): Promise<unknown[]> => [
      (await as('GET', `/plans/${planned}`)).body.data.attributes.permissions['can-export'],
      (await as('GET', `/runs/${runId}`)).body.data.attributes.permissions['can-override-policy-check'],
    ];

    await regrant(ATTRIBUTES);
    expect(await mayNow()).toEqual([false, false]);
    await regrant({ access: 'custom', 'sentinel-mocks': 'read', 'policy-overrides': true });
    expect(await mayNow()).toEqual([true, true]);
  });

  it('keeps, as custom, what is not said anew', async () => {
    await regrant({ access: 'write' });

    const { attributes } = (await regrant({ access: 'custom', 'state-versions': 'none' })).body.data;

    expect(attributes).toEqual({
      ...ATTRIBUTES,
      runs: 'apply',
      variables: 'write',
      'sentinel-mocks': 'read',
      'workspace-locking': true,
    });
  });

  it('is said in single permissions only as custom', async () => {
    const refused = await regrant({ access: 'read', runs: 'apply' });

    expect(refused.status).toBe(422);
    expect(refused.body.errors[0]).toEqual({
      status: '422',
      title: 'invalid attribute',
      detail: "Runs is read-only when access level is 'read'; use the 'custom' access level to set this attribute.",
      source: { pointer: '/data/attributes/runs' },
    });
  });

  it('ends with its organization, also for a team that manages all workspaces there', async () => {
    await tfe.organization('other');
    const managers = await newTeam('managers', { 'organization-access': { 'manage-workspaces': true } });
    const made = await tfe.api('POST', '/organizations/other/workspaces', document('workspaces', { name: 'foreign' }));
    const asManager = async (method: string, path: string, body?: unknown): Promise<number> =>
      (await tfe.api(method, path, body, { token: managers.token })).status;

    expect(await asManager('GET', workspace(''))).toBe(200);
    expect(await asManager('POST', '/organizations/acme/workspaces', document('workspaces', { name: 'mine' }))).toBe(
      201,
    );
    expect(await asManager('GET', `/workspaces/${made.body.data.id}`)).toBe(404);
    expect(await asManager('GET', '/organizations/other')).toBe(404);
    expect(await asManager('DELETE', '/organizations/acme')).toBe(404);
    const names = (await tfe.api('GET', '/organizations', undefined, { token: managers.token })).body.data;
    expect(names.map(({ id }: { id: string }) => id)).toEqual(['acme']);
    const control = await fetch(`${tfe.address}/_control/journal`, {
      headers: { authorization: `Bearer ${managers.token}` },
    });
    expect(control.status).toBe(404);
  });

  it('decides which runs of the organization’s queue it sees', async () => {
    const hidden = await tfe.workspace('hidden');
    await tfe.api('POST', `/workspaces/${hidden}/actions/lock`);
    await tfe.run(hidden, await tfe.configuration(hidden, HELLO));

    expect((await tfe.api('GET', '/organizations/acme/runs/queue')).body.data).toHaveLength(1);
    expect((await as('GET', '/organizations/acme/runs/queue')).body.data).toEqual([]);
  });
});
