import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { packagesFromSources } from '../../src/worker/workflow-bundle.ts';
import { copyPackages } from '../support/linked-packages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORTER = fileURLToPath(new URL('command-reporter.ts', import.meta.url));

/** One edit of a source file, as somebody might make it who does not think of the workflows that are open. */
export interface Edit {
  /** Path below src/; or `packages/…`. */
  file: string;
  /** Stands in the file; the first one is replaced. */
  from: string;
  to: string;
}

/** The workflows of this checkout, or what they would be with an edit, bundled with what hands out their commands. */
export async function bundleWithReporter(edit?: Edit): Promise<string> {
  const sources = edit === undefined ? undefined : editedCopy(edit);
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(sources ?? join(ROOT, 'src'), 'workflows', 'index.ts'),
      payloadConverterPath: join(ROOT, 'src', 'codec', 'payload-converter.ts'),
      ...packagesFromSources,
      workflowInterceptorModules: [REPORTER],
      logger: { ...SILENT, error: (message) => console.error(message) },
    });
    return code;
  } finally {
    if (sources !== undefined) rmSync(join(sources, '..'), { recursive: true, force: true });
  }
}

const SILENT = { log: () => {}, trace: () => {}, debug: () => {}, info: () => {}, warn: () => {} };

/** Where the file of an edit is, in the project or a copy of it. */
export const pathOfEdit = (file: string): string => (file.startsWith('packages/') ? file : join('src', file));

/** Below the project, so that packages are found. */
function editedCopy({ file, from, to }: Edit): string {
  mkdirSync(join(ROOT, '.cache', 'test'), { recursive: true });
  const copy = mkdtempSync(join(ROOT, '.cache', 'test', 'variant-'));
  const sources = join(copy, 'src');
  for (const folder of ['workflows', 'domain'])
    cpSync(join(ROOT, 'src', folder), join(sources, folder), { recursive: true });
  copyPackages(ROOT, copy);
  const path = join(copy, pathOfEdit(file));
  const source = readFileSync(path, 'utf8');
  if (!source.includes(from))
    throw new Error(`${file} does not hold ${JSON.stringify(from)}: the control proves nothing`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  return sources;
}
