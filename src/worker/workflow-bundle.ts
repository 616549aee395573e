import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type BundleOptions, type WorkerOptions } from '@temporalio/worker';

const source = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Bundles the project's packages from the checkout's sources, not from the last build. */
export const packagesFromSources: Pick<BundleOptions, 'webpackConfigHook'> = {
  webpackConfigHook: (config) => ({
    ...config,
    resolve: { ...config.resolve, conditionNames: ['runwright-source', '...'] },
  }),
};

/** Bundles the workflow code from the sources. Logs only warnings by default. */
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

/** The bundle that the build made for this very version or, in a checkout, a bundle of the sources. */
export async function workflowCode(
  logger: NonNullable<BundleOptions['logger']>,
): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  const built = source('workflow-bundle.js');
  return { workflowBundle: existsSync(built) ? { codePath: built } : { code: await bundleWorkflows(logger) } };
}
