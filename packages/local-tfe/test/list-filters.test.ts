import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

describe('what lists are asked for', () => {
  let tfe: Tfe;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    await tfe.organization('other');
    for (const name of ['ann', 'bob']) {
      const email = document('organization-memberships', { email: `${name}@example.com` });
      await tfe.api('POST', '/organizations/acme/organization-memberships', email);
      await tfe.api('POST', '/organizations/acme/teams', document('teams', { name: `team-of-${name}` }));
    }
    for (const name of ['alpha', 'beta']) {
      const workspace = await tfe.workspace(name);
      const run = await tfe.run(workspace, await tfe.configuration(workspace, HELLO));
      await tfe.confirmable(run);
      if (name === 'alpha') await tfe.api('POST', `/runs/${run}/actions/discard`);
    }
    await tfe.workspace('gamma');
  });
  afterAll(() => tfe.close());

  const names = async (path: string): Promise<string[]> => {
    const { body } = await tfe.api('GET', path);
    return body.data.map(
      ({ attributes }: { attributes: Record<string, string> }) => attributes['name'] ?? attributes['email'],
    );
  };

  it.each([
    ['/organizations?q=ACM', ['acme']],
    ['/organizations?q[name]=oth', ['other']],
    ['/organizations?q[email]=nobody', []],
    ['/organizations/acme/organization-memberships?q=ann', ['ann@example.com']],
    ['/organizations/acme/organization-memberships?filter[email]=bob@example.com', ['bob@example.com']],
    ['/organizations/acme/organization-memberships?filter[status]=active', []],
    ['/organizations/acme/teams?q=OF-ANN', ['team-of-ann']],
    ['/organizations/acme/projects?filter[tagged][0][key]=team', []],
    ['/organizations/acme/workspaces?filter[current-run][status]=planned', ['beta']],
    ['/organizations/acme/workspaces?search[name]=ET', ['beta']],
    // No wildcards here: these are letters of names, or none.
    ['/organizations/acme/workspaces?search[name]=b_ta', []],
    ['/organizations/acme/workspaces?search[name]=%25', []],
    ['/organizations/acme/workspaces?sort=-name', ['gamma', 'beta', 'alpha']],
    ['/organizations/acme/workspaces?sort=current-run.created-at', ['alpha', 'beta', 'gamma']],
    ['/organizations/acme/workspaces?sort=-current-run.created-at', ['beta', 'alpha', 'gamma']],
  ])('GET %s: %j', async (path, expected) => {
    expect(await names(path)).toEqual(expected);
  });

  it('a side-loaded current run brings its configuration version', async () => {
    const path = '/organizations/acme/workspaces/beta?include=current_run.configuration_version';
    const { body } = await tfe.api('GET', path);

    expect(body.included.map(({ type }: { type: string }) => type)).toEqual(['runs', 'configuration-versions']);
  });

  it('side-loaded outputs and tags are those that the workspace links to', async () => {
    const path = '/organizations/acme/workspaces/tagged';
    const bindings = {
      'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'team', value: 'net' } }] },
    };
    await tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: 'tagged' }, bindings));
    const { id } = (await tfe.api('GET', path)).body.data;
    const run = await tfe.run(id, await tfe.configuration(id, HELLO), { 'auto-apply': true });
    await tfe.reaches(run, 'applied');

    const { body } = await tfe.api('GET', `${path}?include=outputs,effective_tag_bindings`);

    const { outputs, 'effective-tag-bindings': tags } = body.data.relationships;
    const included = body.included.map(({ type, id: of }: { type: string; id: string }) => ({ type, id: of }));
    expect(included).toEqual([...outputs.data, ...tags.data]);
    expect(body.included.map(({ attributes }: { attributes: object }) => attributes)).toMatchObject([
      { name: 'one', value: '1', 'output-type': 'string', sensitive: false },
      { key: 'team', value: 'net' },
    ]);
  });

  it('an organization that is deleted takes its teams and their tokens along', async () => {
    const team = async (): Promise<string> => {
      await tfe.organization('brief');
      return (await tfe.api('POST', '/organizations/brief/teams', document('teams', { name: 'owners' }))).body.data.id;
    };
    const { body } = await tfe.api('POST', `/teams/${await team()}/authentication-token`);
    const { token } = body.data.attributes;
    expect((await tfe.api('GET', '/ping', undefined, { token })).status).toBe(204);

    await tfe.api('DELETE', '/organizations/brief');

    expect((await tfe.api('GET', '/ping', undefined, { token })).status).toBe(401);
    expect(await team()).toMatch(/^team-/);
  });
});
