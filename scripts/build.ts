import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runToItsEnd } from '../bin/run-in-place.js';
import { bundleWorkflows } from '../src/worker/workflow-bundle.ts';

/**
 * `npm run build`: `dist/` of each package as it ships it, with the workflows bundled for this very version of the worker.
 * The packages first: the service is compiled against what they ship.
 */
const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const packages = globSync('packages/*/tsconfig.build.json', { cwd: inProject('.') }).map(dirname);
for (const folder of [...packages, '.']) await compile(folder);
await writeFile(inProject('dist/build-id.txt'), await describeBuild());
await writeFile(inProject('dist/workflow-bundle.js'), await bundleWorkflows());
console.log('built dist/ with dist/workflow-bundle.js');

async function compile(folder: string): Promise<void> {
  await rm(inProject(`${folder}/dist`), { recursive: true, force: true });
  const project = inProject(`${folder}/tsconfig.build.json`);
  const { code } = await runToItsEnd(inProject('node_modules/.bin/tsc'), ['-p', project]);
  if (code !== 0) process.exit(1);
}

/** Package version and commit; a source tree without git is a release by its version alone. */
async function describeBuild(): Promise<string> {
  const { version } = JSON.parse(await readFile(inProject('package.json'), 'utf8')) as { version: string };
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], { cwd: inProject('.') });
    return `${version}+${stdout.trim()}\n`;
  } catch {
    return `${version}\n`;
  }
}
