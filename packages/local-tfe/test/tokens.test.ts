import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, related, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

describe('tokens', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

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

  it('of a team are told once; later only when they were made', async () => {
    const team = (await tfe.api('POST', '/organizations/acme/teams', document('teams', { name: 'readable' }))).body
      .data;
    const path = `/teams/${team.id}/authentication-token`;
    expect((await tfe.api('GET', path)).status).toBe(404);
    const made = (await tfe.api('POST', path)).body.data;

    const read = await tfe.api('GET', path);

    expect(read.body.data).toEqual({ ...made, attributes: { ...made.attributes, token: null } });
    await tfe.api('DELETE', path);
    expect((await tfe.api('GET', path)).status).toBe(404);
  });

  it('of a team may be managed by its members until the team says otherwise', async () => {
    const created = await tfe.api('POST', '/organizations/acme/teams', document('teams', { name: 'managed' }));
    const { id, attributes } = created.body.data;
    expect(attributes).toMatchObject({ 'allow-member-token-management': true, 'sso-team-id': null });

    await tfe.api('PATCH', `/teams/${id}`, document('teams', { 'allow-member-token-management': false }));
    await tfe.api('PATCH', `/teams/${id}`, document('teams', { 'sso-team-id': 'from-saml' }));

    expect((await tfe.api('GET', `/teams/${id}`)).body.data.attributes).toMatchObject({
      'allow-member-token-management': false,
      'sso-team-id': 'from-saml',
    });
  });

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
    await tfe.api('PATCH', `/team-workspaces/${grant.body.data.id}`, document('team-workspaces', { access: 'write' }));
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
