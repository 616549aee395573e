import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { packagesFromSources } from '../../src/worker/workflow-bundle.ts';
import type { WorkerVersion } from './fault-lane.ts';
import { copyPackages } from './linked-packages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORKER = 'test/support/fault-worker.ts';
const SILENT = { log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {} };

/** One edit of a source file of the other version. */
export interface VersionEdit {
  /** Path below src/. */
  readonly file: string;
  /** Stands in the file; the first one is replaced. */
  readonly from: string;
  readonly to: string;
}

/**
 * Another version of the worker: all of this checkout's sources, edited, in a folder of their own, with a package version
 * (and so a build id) of their own and a workflow bundle made from them. The folder is below `.cache/test`, so that
 * packages are found; whoever asks removes it.
 */
export async function makeVersion(
  version: string,
  edits: readonly VersionEdit[],
): Promise<WorkerVersion & { readonly directory: string }> {
  mkdirSync(join(ROOT, '.cache', 'test'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.cache', 'test', `version-${version}-`));
  cpSync(join(ROOT, 'src'), join(directory, 'src'), {
    recursive: true,
    filter: (path) => !/\.test\.ts$|build-id\.txt$/.test(path),
  });
  cpSync(join(ROOT, 'test', 'support'), join(directory, 'test', 'support'), { recursive: true });
  copyPackages(ROOT, directory);
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { type: string };
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: manifest.type, version }));
  for (const edit of edits) apply(edit, join(directory, 'src'));
  const workflowBundle = join(directory, 'workflow-bundle.js');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(directory, 'src', 'workflows', 'index.ts'),
    payloadConverterPath: join(directory, 'src', 'codec', 'payload-converter.ts'),
    ...packagesFromSources,
    logger: { ...SILENT, error: (message) => console.error(message) },
  });
  writeFileSync(workflowBundle, code);
  return { program: join(directory, WORKER), workflowBundle, directory };
}

function apply({ file, from, to }: VersionEdit, sources: string): void {
  const path = join(sources, file);
  const source = readFileSync(path, 'utf8');
  if (!source.includes(from))
    throw new Error(`${file} does not hold ${JSON.stringify(from)}: there is nothing to edit`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
}
