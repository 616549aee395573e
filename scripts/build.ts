import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runToItsEnd } from '../bin/run-in-place.js';
import { bundleWorkflows } from '../src/worker/workflow-bundle.ts';

/** `npm run build`: `dist/` as the package ships it, with the workflows bundled for this very version of the worker. */
const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await rm(inProject('dist'), { recursive: true, force: true });
const { code } = await runToItsEnd(inProject('node_modules/.bin/tsc'), ['-p', inProject('tsconfig.build.json')]);
if (code !== 0) process.exit(1);
await writeFile(inProject('dist/build-id.txt'), await describeBuild());
await writeFile(inProject('dist/workflow-bundle.js'), await bundleWorkflows());
console.log('built dist/ with dist/workflow-bundle.js');

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
