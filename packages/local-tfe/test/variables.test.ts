import { expect, it } from '@jest/globals';
import { document, startTfe } from './support/tfe-driver.ts';

it('a variable has another version id after each change', async () => {
  const tfe = await startTfe({ engine: 'simulated' });
  try {
    await tfe.organization();
    const path = `/workspaces/${await tfe.workspace()}/vars`;
    const made = await tfe.api('POST', path, document('vars', { key: 'a', value: '1', category: 'terraform' }));
    const { id, attributes } = made.body.data;

    const changed = await tfe.api('PATCH', `${path}/${id}`, document('vars', { value: '2' }));

    expect(attributes['version-id']).toMatch(/^[0-9a-f]{64}$/);
    expect(changed.body.data.attributes['version-id']).not.toBe(attributes['version-id']);
    const read = await tfe.api('GET', `${path}/${id}`);
    expect(read.body.data.attributes['version-id']).toBe(changed.body.data.attributes['version-id']);
  } finally {
    await tfe.close();
  }
});
