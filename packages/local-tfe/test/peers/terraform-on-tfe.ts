import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe } from '@jest/globals';
import { findOnPath } from '../../../../src/stack/program-path.ts';
import { closeAfterTests } from '../../../../test/support/after-tests.ts';
import { greeting } from './configurations.ts';
import { INIT, makeProject, STEP_WITHIN_MS, succeeded } from './terraform-project.ts';
import type { ProjectOptions, TerraformProject } from './terraform-project.ts';
import { startTfeOverTls } from './tfe-over-tls.ts';
import type { TfeOverTls } from './tfe-over-tls.ts';

const cli = await findCli();

/** The longest test has seven commands. */
export const TEST_WITHIN_MS = 7 * STEP_WITHIN_MS;

/** `describe`, or where there is no such CLI on the PATH, a skip that says so. */
export const withTerraform: typeof describe.skip = cli === undefined ? withoutTerraform() : describe;

/** The terraform of the PATH, or OpenTofu, which is the same to TFE; `RUNWRIGHT_TEST_TERRAFORM=tofu` wants that one. */
async function findCli(): Promise<{ name: string; program: string } | undefined> {
  const wanted = process.env['RUNWRIGHT_TEST_TERRAFORM'];
  for (const name of wanted === undefined ? ['terraform', 'tofu'] : [wanted]) {
    const program = await findOnPath(name, process.env);
    if (program !== undefined) return { name, program };
  }
  return undefined;
}

export interface TerraformOnTfe {
  /** `terraform` or `tofu`: how the CLI calls itself. */
  readonly name: string;
  /** Scratch space of the file's tests. */
  readonly root: () => string;
  readonly tfe: () => TfeOverTls;
  /** A new project, by default one that greets the world with the administrator's token. */
  project(workspace: string, options?: Partial<ProjectOptions>): TerraformProject;
  /** The same after `terraform init`. */
  initialized(workspace: string, options?: Partial<ProjectOptions>): Promise<TerraformProject>;
}

/** Registers the start of one local TFE for the tests of a `describe`. */
export function terraformOnTfe(): TerraformOnTfe {
  let root: string;
  let tfe: TfeOverTls;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'runwright-terraform-cli-'));
    closeAfterTests(() => rmSync(root, { recursive: true, force: true }));
    tfe = await startTfeOverTls(join(root, 'tfe'));
  }, STEP_WITHIN_MS);

  const project: TerraformOnTfe['project'] = (workspace, options = {}) =>
    makeProject({
      program: cli?.program ?? 'terraform',
      directory: mkdtempSync(join(root, `${workspace}-`)),
      host: tfe.host,
      organization: tfe.organization,
      workspace,
      token: tfe.token,
      caFile: tfe.caFile,
      configuration: greeting('world'),
      ...options,
    });
  return {
    name: cli?.name ?? 'terraform',
    root: () => root,
    tfe: () => tfe,
    project,
    async initialized(workspace, options) {
      const made = project(workspace, options);
      succeeded(await made.terraform(INIT));
      return made;
    },
  };
}

function withoutTerraform(): typeof describe.skip {
  // Not by the console: Jest shows nothing of it for a file whose tests are all skipped.
  process.stderr.write(
    'LEFT OUT: the terraform CLI against the local TFE. There is neither terraform nor tofu on the PATH.\n',
  );
  return describe.skip;
}
