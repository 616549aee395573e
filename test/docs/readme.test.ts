import { describe, expect, it } from '@jest/globals';
import { runnable } from '../support/operations-page.ts';
import { readmeBlocks } from '../support/readme-blocks.ts';
import { symptom } from '../support/symptom.ts';

const WITHIN_MS = 400_000;

describe('the README', () => {
  it(
    'On a real Terraform Enterprise: three settings, and the commands that make use of them',
    async () => {
      const its = await symptom();
      const [block = ''] = readmeBlocks().get('On a real Terraform Enterprise') ?? [];
      const settings = [...block.matchAll(/^export (\w+)=/gm)].map(([, name = '']) => name);
      // Theirs name servers that are not here; nothing else may be needed.
      expect(settings.filter((name) => !(name in its.env))).toEqual([]);
      delete its.env['TFE_ORGANIZATION'];

      const seen = await its.shell(runnable(block.replaceAll(/^export .*\n/gm, '')));

      for (const part of ['search-attributes', 'worker', 'tfe', 'token', 'workspace']) {
        expect(seen).toMatch(RegExp(`^ ✔ ${part} `, 'm'));
      }
    },
    WITHIN_MS,
  );

  // A block that is added has to be run somewhere: here, or in test/package/walks.test.ts.
  it('has no command that nobody runs', () => {
    const counts = [...readmeBlocks()].map(([title, blocks]) => [title, blocks.length] as const);

    expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual({
      'Try it': 4,
      'On a real Terraform Enterprise': 1,
      'My service triggers Runwright': 3,
      'I approve from the Temporal UI, by hand': 1,
    });
  });
});
