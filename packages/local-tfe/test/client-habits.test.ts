import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalTfeOptions } from '../src/server.ts';
import { document, HELLO, startTfe, tarball } from './support/tfe-driver.ts';
import type { Reply, Tfe } from './support/tfe-driver.ts';

/** What client libraries do that TFE puts up with, found by running them. */
describe('habits of clients', () => {
  let tfe: Tfe;
  let workspaceId: string;
  beforeEach(() => start());
  afterEach(() => tfe.close());

  async function start(options: LocalTfeOptions = {}): Promise<void> {
    tfe = await startTfe({ engine: 'simulated', ...options });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  }
  const newVersion = (): Promise<Reply> =>
    tfe.api('POST', `/workspaces/${workspaceId}/configuration-versions`, document('configuration-versions', {}));
  const putWithToken = async (url: string, body: Buffer): Promise<number> => {
    const headers = { authorization: `Bearer ${tfe.token}` };
    return (await fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })).status;
  };
  const leaks = (): number =>
    tfe.journal.entries({ kind: 'request' }).filter((entry) => entry.kind === 'request' && entry.leakedToken).length;

  it('a registry is looked up before anything else, and has nothing', async () => {
    const services = (await (await fetch(`${tfe.address}/.well-known/terraform.json`)).json()) as Record<
      string,
      string
    >;

    expect(services).toMatchObject({
      'modules.v1': expect.stringMatching(/^\/.*\/$/),
      'providers.v1': expect.stringMatching(/^\/.*\/$/),
      'tfe.v2': '/api/v2/',
    });
    const asked = await fetch(`${tfe.address}${services['modules.v1'] ?? ''}acme/vpc/aws/versions`);
    expect([asked.status, await asked.json()]).toEqual([404, { errors: [expect.objectContaining({ status: '404' })] }]);
  });

  it('a state is uploaded together with the token, which is written down', async () => {
    await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`);
    const state = Buffer.from('{"version":4,"serial":1,"lineage":"abc","outputs":{},"resources":[]}');
    const attributes = { serial: 1, lineage: 'abc', md5: createHash('md5').update(state).digest('hex') };
    const made = await tfe.api(
      'POST',
      `/workspaces/${workspaceId}/state-versions`,
      document('state-versions', attributes),
    );

    expect(await putWithToken(made.body.data.attributes['hosted-state-upload-url'], state)).toBe(200);

    const current = await tfe.api('GET', `/workspaces/${workspaceId}/current-state-version`);
    expect([current.body.data.id, leaks()]).toEqual([made.body.data.id, 1]);
  });

  it('an archive is uploaded together with the token, where the server was started for it', async () => {
    const refused = (await newVersion()).body.data.attributes['upload-url'];
    expect(await putWithToken(refused, await tarball(HELLO))).toBe(400);
    await tfe.close();
    await start({ archivistTokens: 'noted' });

    const taken = (await newVersion()).body.data.attributes['upload-url'];

    expect([await putWithToken(taken, await tarball(HELLO)), leaks()]).toEqual([200, 1]);
  });
});
