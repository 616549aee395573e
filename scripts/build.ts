import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runToItsEnd } from '../bin/run-in-place.js';
import { bundleWorkflows } from './bundle.ts';

/** `npm run build`: `dist/` as the package ships it, with the workflows bundled for this very version of the worker. */
const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await rm(inProject('dist'), { recursive: true, force: true });
const { code } = await runToItsEnd(inProject('node_modules/.bin/tsc'), ['-p', inProject('tsconfig.build.json')]);
if (code !== 0) process.exit(1);
await bundleWorkflows(inProject('dist/workflow-bundle.js'));
console.log('built dist/ with dist/workflow-bundle.js');
