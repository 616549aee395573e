import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions, type WorkerOptions } from '@temporalio/worker';

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The packages of the project are bundled as they stand in the checkout, not as they were built last. */
export const packagesFromSources: Pick<BundleOptions, 'webpackConfigHook'> = {
  webpackConfigHook: (config) => ({
    ...config,
    resolve: { ...config.resolve, conditionNames: ['runwright-source', '...'] },
  }),
};

/** The code of the workflows, bundled from the sources; by default only warnings are told. */
export async function bundleWorkflows(
  logger: NonNullable<BundleOptions['logger']> = new DefaultLogger('WARN'),
): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: source('workflows/index.ts'),
    payloadConverterPath: source('codec/payload-converter.ts'),
    ...packagesFromSources,
    logger,
  });
  return code;
}

/** The bundle that the build made for this very version, or one of the sources in a checkout. */
export async function workflowCode(
  logger: NonNullable<BundleOptions['logger']>,
): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  const built = source('workflow-bundle.js');
  return { workflowBundle: existsSync(built) ? { codePath: built } : { code: await bundleWorkflows(logger) } };
}
