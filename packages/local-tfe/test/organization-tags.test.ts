import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

describe('the tags of an organization', () => {
  let tfe: Tfe;
  let alpha: string;

  beforeAll(async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    alpha = await tfe.workspace('alpha', { 'tag-names': ['prod', 'eu'] });
    await tfe.workspace('beta', { 'tag-names': ['prod', 'us'] });
  });
  afterAll(() => tfe.close());

  it.each<[string, () => string, string[]]>([
    ['all, with how many workspaces have them', () => '', ['eu 1', 'prod 2', 'us 1']],
    ['those that are searched for', () => '?q=PR', ['prod 2']],
    ['those that a workspace has not', () => `?filter[exclude][taggable][id]=${alpha}`, ['us 1']],
    ['page by page', () => '?page[size]=2&page[number]=2', ['us 1']],
  ])('are listed: %s', async (_which, query, expected) => {
    const { body } = await tfe.api('GET', `/organizations/acme/tags${query()}`);

    const told = body.data.map(
      ({ attributes }: { attributes: Record<string, unknown> }) =>
        `${String(attributes['name'])} ${String(attributes['instance-count'])}`,
    );
    expect(told).toEqual(expected);
  });
});
