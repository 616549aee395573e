import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, describe } from '@jest/globals';
import { codeBlocks, markdownFiles } from '../../../test/pages/markdown-files.ts';
import { outputOf } from '../../../src/stack/program-path.ts';
import { leftOut } from '../../../test/support/left-out.ts';
import { localTfeForTests } from '../../../test/support/local-tfe.ts';

const run = promisify(execFile);

/** The shell examples of the page, each with what it prints: in the order in which a reader pastes them. */
function examples(): { script: string; prints: string }[] {
  const page = markdownFiles().filter(({ path }) => path === 'packages/local-tfe/README.md');
  const blocks = page.flatMap(codeBlocks);
  return blocks.flatMap(({ language, code: script }, index) => {
    const next = blocks[index + 1];
    return language === 'sh' ? [{ script, prints: next?.language === 'text' ? next.code : '' }] : [];
  });
}

const missing =
  (await outputOf('curl', ['--version'])) === undefined || (await outputOf('bash', ['--version'])) === undefined;
const withCurl = missing
  ? leftOut('the examples of packages/local-tfe/README.md', 'bash or curl is not installed')
  : describe;

withCurl('the examples of packages/local-tfe/README.md', () => {
  it('print what the page says they print', async () => {
    const tfe = await localTfeForTests({ engine: 'simulated' });
    const shown = examples();
    const marker = '--- the next example ---';
    const script = shown.map((example) => example.script).join(`echo '${marker}'\n`);

    const { stdout } = await run('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      timeout: 60_000,
      env: {
        PATH: process.env['PATH'] ?? '',
        NO_PROXY: '127.0.0.1',
        TFE_ADDRESS: tfe.address,
        TFE_TOKEN: tfe.token,
      },
    });

    expect(shown.length).toBeGreaterThan(6);
    expect(stdout.split(`${marker}\n`)).toEqual(shown.map(({ prints }) => prints));
  });
});
