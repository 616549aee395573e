import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { runChild } from './child-process.ts';
import type { Exit } from './child-process.ts';
import type { Executor, Job, PlanResult } from './executor.ts';
import { readCounts, readFailure } from './terraform-output.ts';
import { summarizePlan } from './plan-summary.ts';

// Terraform names architectures as Go does.
const ARCHITECTURE = arch === 'x64' ? 'amd64' : arch === 'ia32' ? '386' : arch;

export interface TerraformOptions {
  command: string;
  product: 'terraform' | 'tofu';
  version: string;
  /** The caller's environment; `TF_*` and everything of ours is left out. */
  env: Record<string, string | undefined>;
  workRoot: string;
}

const GENERATED_FILE = 'generated.tf';

/** Plans and applies with the terraform or tofu that is installed. */
export function createTerraform(options: TerraformOptions): Executor {
  const pluginCache = join(options.workRoot, 'plugin-cache');
  mkdirSync(pluginCache, { recursive: true });
  const base = { ...cleanEnvironment(options.env), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  const environmentOf = (scratch: string): Record<string, string> => ({
    ...base,
    TF_DATA_DIR: join(scratch, 'data'),
    TF_PLUGIN_CACHE_DIR: pluginCache,
    // The lock file of the configuration decides which checksums count; the cache only saves the download.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
  });
  const environment = (job: Job): Record<string, string> => ({
    ...environmentOf(job.scratch),
    ...job.environment,
    TFC_RUN_ID: job.run.id,
    // By this a child that outlived a killed server is recognized after the restart.
    RUNWRIGHT_LOCAL_TFE_RUN: job.run.id,
    ...(job.run.debuggingMode && { TF_LOG: 'TRACE' }),
  });

  function run(job: Job, args: readonly string[], tail: Tail): Promise<Exit> {
    const write = (chunk: Buffer): void => {
      tail.push(chunk);
      job.log(chunk);
    };
    return runChild({
      command: options.command,
      args,
      cwd: job.directory,
      env: environment(job),
      onStdout: write,
      onStderr: write,
      interrupt: job.interrupt,
      kill: job.kill,
    });
  }

  /** Providers and modules. Its words are logged only when it fails, as TFE does. */
  async function initialize(job: Job): Promise<string | undefined> {
    job.log(
      `${options.product === 'tofu' ? 'OpenTofu' : 'Terraform'} v${options.version}\non ${platform}_${ARCHITECTURE}\n`,
    );
    job.log('Initializing plugins and modules...\n');
    // TFE keeps the state itself: a backend or cloud block of the configuration is replaced.
    writeFileSync(join(job.directory, 'zzz_local_tfe_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
    const exit = await runChild({
      command: options.command,
      args: ['init', '-input=false', '-no-color'],
      cwd: job.directory,
      env: environment(job),
      interrupt: job.interrupt,
      kill: job.kill,
    });
    if (exit.code === 0) return undefined;
    job.log(exit.stdout);
    job.log(exit.stderr);
    return readFailure(exit.stderr) ?? 'initialization failed';
  }

  async function plan(job: Job): Promise<PlanResult> {
    const failure = await initialize(job);
    if (failure !== undefined) return { kind: 'errored', message: failure };
    const planFile = join(job.scratch, 'plan.tfplan');
    const tail = createTail();
    const exit = await run(job, ['plan', ...commonFlags(job), `-out=${planFile}`, ...planFlags(job)], tail);
    if (exit.code !== 0) return { kind: 'errored', message: readFailure(tail.text()) ?? 'the plan failed' };
    const shown = await runChild({
      command: options.command,
      args: ['show', '-json', planFile],
      cwd: job.directory,
      env: environment(job),
      kill: job.kill,
    });
    if (shown.code !== 0) return { kind: 'errored', message: readFailure(shown.stderr) ?? 'the plan cannot be read' };
    const generatedConfiguration = existsSync(join(job.directory, GENERATED_FILE));
    return { kind: 'planned', document: shown.stdout, ...summarizePlan(shown.stdout, job.run), generatedConfiguration };
  }

  return {
    name: `${options.product} ${options.version}`,
    version: options.version,
    plan,
    async apply(job) {
      job.log(
        `${options.product === 'tofu' ? 'OpenTofu' : 'Terraform'} v${options.version}\non ${platform}_${ARCHITECTURE}\n`,
      );
      const tail = createTail();
      const exit = await run(job, ['apply', ...commonFlags(job), join(job.scratch, 'plan.tfplan')], tail);
      const counts = readCounts(tail.text());
      if (exit.code === 0) return { kind: 'applied', counts };
      return { kind: 'errored', message: readFailure(tail.text()) ?? 'the apply failed', counts };
    },
    async schemas({ directory, scratch }) {
      const args = ['providers', 'schema', '-json'];
      const exit = await runChild({ command: options.command, args, cwd: directory, env: environmentOf(scratch) });
      if (exit.code !== 0) throw new Error(readFailure(exit.stderr) ?? 'no provider schemas');
      return exit.stdout;
    },
    async describeState(state) {
      const directory = mkdtempSync(join(options.workRoot, 'state-'));
      try {
        writeFileSync(join(directory, 'terraform.tfstate'), state, { mode: 0o600 });
        const args = ['show', '-json', 'terraform.tfstate'];
        const exit = await runChild({ command: options.command, args, cwd: directory, env: environmentOf(directory) });
        if (exit.code !== 0) throw new Error(readFailure(exit.stderr) ?? 'the state cannot be read');
        return exit.stdout;
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
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

// Terraform's own variables would change its behaviour, the others are secrets that a configuration could read.
const PRIVATE = /^(TF_|TFE_|RUNWRIGHT_|TEMPORAL_|NODE_OPTIONS$)/;

function cleanEnvironment(env: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !PRIVATE.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

interface Tail {
  push(chunk: Buffer): void;
  text(): string;
}

// Counts and errors stand at the end of the output; a trace log can be gigabytes.
const TAIL_BYTES = 4 * 1024 * 1024;

function createTail(): Tail {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      while (size - (chunks[0]?.length ?? 0) > TAIL_BYTES) size -= chunks.shift()?.length ?? 0;
    },
    text: () => {
      chunks = [Buffer.concat(chunks)];
      return chunks[0]?.toString() ?? '';
    },
  };
}
