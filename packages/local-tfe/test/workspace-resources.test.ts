import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { document, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const RANDOM = 'provider["registry.terraform.io/hashicorp/random"]';
const STATE = {
  version: 4,
  terraform_version: '1.11.4',
  serial: 1,
  lineage: 'abc',
  outputs: {},
  resources: [
    { mode: 'managed', type: 'random_pet', name: 'one', provider: RANDOM, instances: [{ attributes: {} }] },
    { mode: 'managed', type: 'random_pet', name: 'counted', provider: RANDOM, instances: [{ index_key: 0 }] },
    {
      module: 'module.net',
      mode: 'managed',
      type: 'terraform_data',
      name: 'each',
      provider: 'module.net.provider["terraform.io/builtin/terraform"]',
      instances: [{ index_key: 'a' }, { index_key: 'b "c"' }],
    },
    { mode: 'data', type: 'random_pet', name: 'looked-up', provider: RANDOM, instances: [{}] },
  ],
};

describe('the resources of a workspace', () => {
  let tfe: Tfe;
  let workspaceId: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    workspaceId = await tfe.workspace();
  });
  afterAll(() => tfe.close());

  const list = (query = ''): ReturnType<Tfe['api']> => tfe.api('GET', `/workspaces/${workspaceId}/resources${query}`);
  async function keep(state: typeof STATE): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(state));
    const md5 = createHash('md5').update(bytes).digest('hex');
    const attributes = { serial: state.serial, lineage: 'abc', md5, state: bytes.toString('base64') };
    await tfe.api('POST', `/workspaces/${workspaceId}/actions/lock`);
    const path = `/workspaces/${workspaceId}/state-versions`;
    return (await tfe.api('POST', path, document('state-versions', attributes))).body.data.id;
  }

  it('are none without a state, then each instance with its address, but no data sources', async () => {
    expect((await list()).body.data).toEqual([]);

    const stateVersionId = await keep(STATE);

    const { body } = await list();
    const one = {
      address: 'random_pet.one',
      name: 'one',
      'created-at': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      'updated-at': expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      module: 'root',
      provider: 'hashicorp/random',
      'provider-type': 'random_pet',
      'modified-by-state-version-id': stateVersionId,
      'name-index': null,
    };
    const each = { ...one, name: 'each', module: 'module.net', provider: 'terraform.io/builtin/terraform' };
    const typed = { ...each, 'provider-type': 'terraform_data' };
    expect(body.data.map(({ attributes }: { attributes: unknown }) => attributes)).toEqual([
      one,
      { ...one, address: 'random_pet.counted[0]', name: 'counted', 'name-index': '0' },
      { ...typed, address: 'module.net.terraform_data.each["a"]', 'name-index': 'a' },
      { ...typed, address: 'module.net.terraform_data.each["b \\"c\\""]', 'name-index': 'b "c"' },
    ]);
  });

  it('come page by page, and keep their ids in the next state', async () => {
    const before = (await list()).body.data.map(({ id }: { id: string }) => id);
    await keep({ ...STATE, serial: 2 });

    const second = (await list('?page[size]=3&page[number]=2')).body;

    expect(second.data.map(({ id }: { id: string }) => id)).toEqual([before[3]]);
    expect(second.meta.pagination).toMatchObject({ 'total-count': 4, 'total-pages': 2, 'next-page': null });
    expect(new Set(before).size).toBe(4);
  });
});
