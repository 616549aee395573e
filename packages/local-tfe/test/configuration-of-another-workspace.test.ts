import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, HELLO, related, startTfe } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

describe('a configuration version of another workspace', () => {
  let tfe: Tfe;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
  });
  afterAll(() => tfe.close());

  /** The token of a team that may plan in one workspace. */
  async function tokenFor(id: string): Promise<string> {
    const made = await tfe.api('POST', '/organizations/acme/teams', document('teams', { name: 'planners' }));
    const team = made.body.data.id;
    const relationships = { team: related('teams', team), workspace: related('workspaces', id) };
    await tfe.api('POST', '/team-workspaces', document('team-workspaces', { access: 'plan' }, relationships));
    return (await tfe.api('POST', `/teams/${team}/authentication-token`)).body.data.attributes.token;
  }

  const create = (workspace: string, version: string, options = {}): Promise<Reply> =>
    tfe.api(
      'POST',
      '/runs',
      document(
        'runs',
        {},
        {
          workspace: related('workspaces', workspace),
          'configuration-version': related('configuration-versions', version),
        },
      ),
      options,
    );

  it('is run, and is the current one from then on', async () => {
    const [source, target] = [await tfe.workspace('staging'), await tfe.workspace('production')];
    const version = await tfe.configuration(source, HELLO);

    const run = await tfe.run(target, version, { 'auto-apply': true });

    await tfe.reaches(run, 'applied');
    const read = await tfe.api('GET', `/workspaces/${target}`);
    expect(read.body.data.relationships['current-configuration-version'].data.id).toBe(version);
  });

  it('outlives its workspace where another has run it', async () => {
    const [source, target] = [await tfe.workspace('short-lived'), await tfe.workspace('long-lived')];
    const version = await tfe.configuration(source, HELLO);
    const run = await tfe.run(target, version);
    await tfe.confirmable(run);

    await tfe.api('DELETE', `/workspaces/${source}`);

    const read = await tfe.api('GET', `/runs/${run}?include=configuration_version`);
    expect(read.body.included).toEqual([expect.objectContaining({ id: version })]);
    expect((await create(target, version)).status).toBe(201);
  });

  it('is not archived while a run of another workspace is under way', async () => {
    const [source, target] = [await tfe.workspace('archiving'), await tfe.workspace('still-running')];
    const version = await tfe.configuration(source, HELLO);
    await tfe.configuration(source, HELLO); // the current one of its own workspace
    await tfe.confirmable(await tfe.run(target, version));

    const archived = await tfe.api('POST', `/configuration-versions/${version}/actions/archive`);

    expect(archived.status).toBe(409);
  });

  it('is not found by a caller who may not read that workspace', async () => {
    const [source, target] = [await tfe.workspace('secret'), await tfe.workspace('shared')];
    const version = await tfe.configuration(source, HELLO);
    const token = await tokenFor(target);

    expect((await create(target, version, { token })).status).toBe(404);
    expect((await create(target, version)).status).toBe(201);
  });

  it('is missing in another organization', async () => {
    await tfe.organization('other');
    const made = await tfe.api('POST', '/organizations/other/workspaces', document('workspaces', { name: 'theirs' }));
    const version = await tfe.configuration(await tfe.workspace('ours'), HELLO);

    const reply = await create(made.body.data.id, version);

    expect([reply.status, reply.body.errors[0].detail]).toEqual([422, 'Configuration version is missing']);
  });
});
