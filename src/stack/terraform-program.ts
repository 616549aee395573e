import { join } from 'node:path';
import { withFileLock } from './file-lock.js';
import type { Environment } from './child-environment.ts';
import { buildWithGo } from './go-build.ts';
import { cacheDirectory, findOnPath, isExecutable, outputOf } from './program-path.ts';
import { projectFile } from './own-files.ts';
import { OPENTOFU_VERSION } from './tool-versions.ts';

export interface TerraformProgram {
  readonly path: string;
  readonly product: 'terraform' | 'tofu';
  readonly version: string;
}

/**
 * `terraform` or `tofu` on the PATH, else OpenTofu from the project's cache, else built from source (2 min, once).
 * `undefined` when none can be had: the local TFE then simulates.
 */
export async function findTerraform(
  environment: Environment,
  report: (line: string) => void = () => {},
): Promise<TerraformProgram | undefined> {
  for (const product of ['terraform', 'tofu'] as const) {
    const path = await findOnPath(product, environment);
    const found = path === undefined ? undefined : await describe(path, product);
    if (found) return found;
  }
  const cached = join(cacheDirectory(environment), `tofu-${OPENTOFU_VERSION}`);
  return (
    (await describe(cached, 'tofu')) ??
    (await withFileLock(
      `${cached}.lock`,
      async () => (await describe(cached, 'tofu')) ?? (await build(cached, environment, report)),
      (holder) => report(`another process (${holder}) is building OpenTofu; waiting for it`),
    ))
  );
}

async function build(
  target: string,
  environment: Environment,
  report: (line: string) => void,
): Promise<TerraformProgram | undefined> {
  if ((await findOnPath('go', environment)) === undefined) return undefined;
  report(`building OpenTofu ${OPENTOFU_VERSION} from source: 2–3 min, once…`);
  try {
    await buildWithGo({
      directory: projectFile('tools/opentofu'),
      package: 'github.com/opentofu/opentofu/cmd/tofu',
      linkerFlags: `-X github.com/opentofu/opentofu/version.dev=no`,
      target,
      environment,
      report,
    });
    return await describe(target, 'tofu');
  } catch (error) {
    report(`OpenTofu could not be built (${(error as Error).message}): the local TFE simulates plans and applies`);
    return undefined;
  }
}

async function describe(path: string, product: TerraformProgram['product']): Promise<TerraformProgram | undefined> {
  if (!(await isExecutable(path))) return undefined;
  const output = await outputOf(path, ['version']);
  const version = output?.match(/v(\d+\.\d+\.\d+\S*)/)?.[1];
  return version === undefined ? undefined : { path, product, version };
}
