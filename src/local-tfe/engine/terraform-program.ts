import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child-process.ts';
import type { Exit } from './child-process.ts';
import type { Job } from './executor.ts';

export interface TerraformOptions {
  command: string;
  product: 'terraform' | 'tofu';
  version: string;
  /** The caller's environment; `TF_*` and everything of ours is left out. */
  env: Record<string, string | undefined>;
  workRoot: string;
}

/** The installed program, started with none of the caller's settings and its data in a run's scratch space. */
export interface TerraformProgram extends Pick<TerraformOptions, 'product' | 'version' | 'workRoot'> {
  /** What it says goes into the run's log as it comes; handed back is the end of it, which tells counts and errors. */
  logged(job: Job, args: readonly string[]): Promise<{ code: number | null; output: string }>;
  /** With the variables of the run, whose log hears nothing; can be stopped as far as `stop` says. */
  quiet(job: Job, args: readonly string[], stop: Stop): Promise<Exit>;
  /** With nothing of a run. */
  bare(where: Pick<Job, 'directory' | 'scratch'>, args: readonly string[]): Promise<Exit>;
}

type Stop = Partial<Pick<Job, 'interrupt' | 'kill'>>;

export function openProgram(options: TerraformOptions): TerraformProgram {
  const { command, product, version, workRoot } = options;
  const environmentOf = environments(options);
  return {
    product,
    version,
    workRoot,
    async logged(job, args) {
      const tail = createTail();
      const write = (chunk: Buffer): void => {
        tail.push(chunk);
        job.log(chunk);
      };
      const { code } = await runChild({
        command,
        args,
        cwd: job.directory,
        env: environmentOf.run(job),
        onStdout: write,
        onStderr: write,
        interrupt: job.interrupt,
        kill: job.kill,
      });
      return { code, output: tail.text() };
    },
    quiet: (job, args, stop) => runChild({ command, args, cwd: job.directory, env: environmentOf.run(job), ...stop }),
    bare: ({ directory, scratch }, args) =>
      runChild({ command, args, cwd: directory, env: environmentOf.scratch(scratch) }),
  };
}

type Environment = Record<string, string>;

function environments({ env, workRoot }: TerraformOptions): {
  scratch: (scratch: string) => Environment;
  run: (job: Job) => Environment;
} {
  const pluginCache = join(workRoot, 'plugin-cache');
  mkdirSync(pluginCache, { recursive: true });
  const base = { ...cleanEnvironment(env), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
  const ofScratch = (scratch: string): Environment => ({
    ...base,
    TF_DATA_DIR: join(scratch, 'data'),
    TF_PLUGIN_CACHE_DIR: pluginCache,
    // The lock file of the configuration decides which checksums count; the cache only saves the download.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
  });
  const ofRun = (job: Job): Environment => ({
    ...ofScratch(job.scratch),
    ...job.environment,
    TFC_RUN_ID: job.run.id,
    // By this a child that outlived a killed server is recognized after the restart.
    RUNWRIGHT_LOCAL_TFE_RUN: job.run.id,
    ...(job.run.debuggingMode && { TF_LOG: 'TRACE' }),
  });
  return { scratch: ofScratch, run: ofRun };
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
