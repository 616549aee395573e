import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import type { ApplyResult, Executor, Job, PlanResult } from '../engine/executor.ts';
import { summarizePlan } from './plan-summary.ts';
import { readCounts, readFailure } from './terraform-output.ts';
import { openProgram } from './terraform-program.ts';
import type { TerraformOptions, TerraformProgram } from './terraform-program.ts';

// Terraform names architectures as Go does.
const ARCHITECTURE = arch === 'x64' ? 'amd64' : arch === 'ia32' ? '386' : arch;

const GENERATED_FILE = 'generated.tf';

/** Plans and applies with the terraform or tofu that is installed. */
export function createTerraform(options: TerraformOptions): Executor {
  const program = openProgram(options);
  return {
    name: `${options.product} ${options.version}`,
    version: options.version,
    plan: (job) => plan(program, job),
    apply: (job) => apply(program, job),
    async schemas(where) {
      const exit = await program.bare(where, ['providers', 'schema', '-json']);
      if (exit.code !== 0) throw new Error(readFailure(exit.stderr) ?? 'no provider schemas');
      return exit.stdout;
    },
    describeState: (state) => describeState(program, state),
  };
}

const banner = ({ product, version }: TerraformProgram): string =>
  `${product === 'tofu' ? 'OpenTofu' : 'Terraform'} v${version}\non ${platform}_${ARCHITECTURE}\n`;

/** Providers and modules. Its words are logged only when it fails, as TFE does. */
async function initialize(program: TerraformProgram, job: Job): Promise<string | undefined> {
  job.log(banner(program));
  job.log('Initializing plugins and modules...\n');
  // TFE keeps the state itself: a backend or cloud block of the configuration is replaced.
  writeFileSync(join(job.directory, 'zzz_local_tfe_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
  const { interrupt, kill } = job;
  const exit = await program.quiet(job, ['init', '-input=false', '-no-color'], { interrupt, kill });
  if (exit.code === 0) return undefined;
  job.log(exit.stdout);
  job.log(exit.stderr);
  return readFailure(exit.stderr) ?? 'initialization failed';
}

async function plan(program: TerraformProgram, job: Job): Promise<PlanResult> {
  const failure = await initialize(program, job);
  if (failure !== undefined) return { kind: 'errored', message: failure };
  const planFile = join(job.scratch, 'plan.tfplan');
  const args = ['plan', ...commonFlags(job), `-out=${planFile}`, ...planFlags(job)];
  const { code, output } = await program.logged(job, args);
  if (code !== 0) return { kind: 'errored', message: readFailure(output) ?? 'the plan failed' };
  const shown = await program.quiet(job, ['show', '-json', planFile], { kill: job.kill });
  if (shown.code !== 0) return { kind: 'errored', message: readFailure(shown.stderr) ?? 'the plan cannot be read' };
  const generatedConfiguration = existsSync(join(job.directory, GENERATED_FILE));
  return { kind: 'planned', document: shown.stdout, ...summarizePlan(shown.stdout, job.run), generatedConfiguration };
}

async function apply(program: TerraformProgram, job: Job): Promise<ApplyResult> {
  job.log(banner(program));
  const args = ['apply', ...commonFlags(job), join(job.scratch, 'plan.tfplan')];
  const { code, output } = await program.logged(job, args);
  const counts = readCounts(output);
  if (code === 0) return { kind: 'applied', counts };
  return { kind: 'errored', message: readFailure(output) ?? 'the apply failed', counts };
}

async function describeState(program: TerraformProgram, state: Uint8Array): Promise<string> {
  const directory = mkdtempSync(join(program.workRoot, 'state-'));
  try {
    writeFileSync(join(directory, 'terraform.tfstate'), state, { mode: 0o600 });
    const exit = await program.bare({ directory, scratch: directory }, ['show', '-json', 'terraform.tfstate']);
    if (exit.code !== 0) throw new Error(readFailure(exit.stderr) ?? 'the state cannot be read');
    return exit.stdout;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const commonFlags = (job: Job): string[] => [
  '-input=false',
  // One server, one holder per workspace: terraform's own lock file would only outlive a kill.
  '-lock=false',
  ...(job.output === 'structured' ? ['-json'] : ['-no-color']),
];

function planFlags({ run }: Job): string[] {
  return [
    ...(run.isDestroy ? ['-destroy'] : []),
    ...(run.refreshOnly ? ['-refresh-only'] : []),
    ...(run.refresh ? [] : ['-refresh=false']),
    ...(run.allowConfigGeneration ? [`-generate-config-out=${GENERATED_FILE}`] : []),
    ...(run.targetAddrs ?? []).map((address) => `-target=${address}`),
    ...(run.replaceAddrs ?? []).map((address) => `-replace=${address}`),
    ...(run.invokeActionAddrs ?? []).map((address) => `-invoke=${address}`),
  ];
}
