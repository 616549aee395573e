import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '../src/worker/workflow-bundle.ts';

/** `npm run build:workflows [-- FILE]`: the workflows in one file that `Worker.create({ workflowBundle })` takes. */
const target = process.argv[2] ?? fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));
await mkdir(dirname(target), { recursive: true });
const unfinished = `${target}.${process.pid}`;
await writeFile(unfinished, await bundleWorkflows());
await rename(unfinished, target);
console.log(`workflow bundle: ${target}`);
