import { runChild } from './child-process.ts';
import type { Exit } from './child-process.ts';
import type { Job } from '../engine/executor.ts';
import { createEnvironments } from './terraform-environment.ts';
import type { EnvironmentOptions } from './terraform-environment.ts';

export interface TerraformOptions extends EnvironmentOptions {
  command: string;
  product: 'terraform' | 'tofu';
  version: string;
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
  const environmentOf = createEnvironments(options);
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
