import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeBlocks, markdownFiles, ROOT } from './markdown-files.ts';

const DIRECTORY = join(ROOT, '.cache', `docs-types-${process.pid}`);
const blocks = markdownFiles()
  .flatMap(codeBlocks)
  .filter(({ language }) => language === 'ts');

describe('the TypeScript that people may copy', () => {
  beforeAll(() => {
    mkdirSync(DIRECTORY, { recursive: true });
    const options = { noEmit: true, declaration: false };
    const config = { extends: '../../tsconfig.json', compilerOptions: options, include: ['*.ts'] };
    writeFileSync(join(DIRECTORY, 'tsconfig.json'), JSON.stringify(config));
  });
  afterAll(() => rmSync(DIRECTORY, { recursive: true, force: true }));

  it('is type-checked against the sources of the package', () => {
    for (const { file, line, code } of blocks) {
      writeFileSync(join(DIRECTORY, `${file.replaceAll('/', '_')}-${line}.ts`), code);
    }

    expect(blocks.length).toBeGreaterThan(0);
    expect(typeErrors()).toBe('');
  });

  it('is refused when it calls what there is not', () => {
    const planted = join(DIRECTORY, 'planted.ts');
    writeFileSync(
      planted,
      `import { RunwrightClient } from '@runwright/client';\nvoid RunwrightClient.connect({}).launch();\n`,
    );

    expect(typeErrors()).toContain(`Property 'launch' does not exist`);
    rmSync(planted);
  });

  it('is the very example that is run as a test', () => {
    const example = readFileSync(join(ROOT, 'examples/service/deploy.ts'), 'utf8');

    expect(blocks.map(({ code }) => code)).toContain(example);
  });
});

function typeErrors(): string {
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', DIRECTORY], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
