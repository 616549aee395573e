import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { referencePage } from './reference/reference-page.ts';

it('docs/reference.md says what the sources say (else: npm run reference)', async () => {
  const written = readFileSync(new URL('../docs/reference.md', import.meta.url), 'utf8');

  expect(written).toBe(await referencePage());
});
