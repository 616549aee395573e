import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChild } from '../terraform/child-process.ts';
import type { Executor } from './executor.ts';
import { createFakeTerraform } from '../fake-terraform/fake-terraform.ts';
import { createTerraform } from '../terraform/terraform.ts';
import { allowedEnvironment } from '../terraform/terraform-environment.ts';
import type { EnvironmentOptions } from '../terraform/terraform-environment.ts';

export type EngineChoice = 'auto' | 'real' | 'simulated';

/**
 * The terraform or tofu on PATH; with `auto`, where neither is installed, the simulation, which says so in every log.
 * Throws where `real` is asked for and neither is installed.
 */
export async function findExecutor(options: EnvironmentOptions & { choice: EngineChoice }): Promise<Executor> {
  if (options.choice !== 'simulated') {
    for (const product of ['terraform', 'tofu'] as const) {
      const command = findOnPath(product, options.env['PATH'] ?? '');
      if (command === undefined) continue;
      const version = await readVersion(command, options);
      if (version !== undefined) return createTerraform({ ...options, command, product, version });
    }
    if (options.choice === 'real') {
      throw new Error('Neither terraform nor tofu is on PATH: install one, or use the simulated engine.');
    }
  }
  return createFakeTerraform();
}

function findOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function readVersion(command: string, options: EnvironmentOptions): Promise<string | undefined> {
  const exit = await runChild({
    command,
    args: ['version', '-json'],
    cwd: '/',
    env: { HOME: options.workRoot, ...allowedEnvironment(options), CHECKPOINT_DISABLE: '1' },
  });
  const version = /"terraform_version":\s*"([^"]+)"/.exec(exit.stdout)?.[1];
  return exit.code === 0 ? version : undefined;
}
