import { describe, expect, it } from '@jest/globals';
import { printsLogsAsTheyAre, sourceOf } from './terraform-cli.ts';

const CLOUD = { 'x-terraform-integration': 'cloud' };

describe('the client of a run', () => {
  it.each([
    { client: 'a program', headers: {}, source: 'tfe-api', asTheyAre: false },
    { client: 'backend "remote"', headers: { 'terraform-version': '1.11.4' }, source: 'terraform', asTheyAre: true },
    {
      client: 'a cloud block',
      headers: { ...CLOUD, 'terraform-version': '1.13.3-dev' },
      source: 'terraform+cloud',
      asTheyAre: false,
    },
    {
      client: 'a cloud block of terraform 1.3',
      headers: { ...CLOUD, 'terraform-version': '1.3.9' },
      source: 'terraform+cloud',
      asTheyAre: true,
    },
    { client: 'a cloud block that names no version', headers: CLOUD, source: 'terraform+cloud', asTheyAre: false },
  ])('is $client, by its headers', ({ headers, source, asTheyAre }) => {
    expect([sourceOf(headers), printsLogsAsTheyAre(headers)]).toEqual([source, asTheyAre]);
  });
});
