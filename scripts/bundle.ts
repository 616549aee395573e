import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

const quiet: NonNullable<BundleOptions['logger']> = {
  log: () => {},
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
};

/** What a worker must be given too when it bundles the workflows itself. */
export function workflowBundleOptions(): BundleOptions {
  const workflowsPath = source('workflows/index.ts');
  if (!existsSync(workflowsPath)) throw new Error('there is no src/workflows/index.ts');
  const payloadConverterPath = source('codec/payload-converter.ts');
  const failureConverterPath = source('codec/failure-converter.ts');
  return { workflowsPath, payloadConverterPath, ...(existsSync(failureConverterPath) && { failureConverterPath }) };
}

/** Bundles the workflows into one file that `Worker.create({ workflowBundle: { codePath } })` takes. */
export async function bundleWorkflows(target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ ...workflowBundleOptions(), logger: quiet });
  await mkdir(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, target);
}

if (import.meta.main) {
  const target = process.argv[2] ?? fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));
  await bundleWorkflows(target);
  console.log(`workflow bundle: ${target}`);
}
