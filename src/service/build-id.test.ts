import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { buildId } from './build-id.ts';

it('is the version of the package and, for sources that run as they are, the word checkout', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  expect(buildId()).toBe(`${version}+checkout`);
});
