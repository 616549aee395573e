import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** The stages of the Dockerfile, with their instructions; continuation lines joined, comments left out. */
export function stagesOf(dockerfile: string): Map<string, Instruction[]> {
  const text = dockerfile.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  const stages = new Map<string, Instruction[]>();
  let current: Instruction[] = [];
  for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
    const [, name = '', words = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.set(/ AS (\w+)/.exec(words)?.[1] ?? 'final', (current = []));
    else current.push({ name, words });
  }
  return stages;
}

/**
 * Does what the build steps of the Dockerfile say, without a container engine: every stage gets a root of its own under
 * `directory`, and every absolute path of a step means a path in there. The base image is this machine.
 */
export async function buildNatively(directory: string): Promise<{ readonly root: string }> {
  const context = join(directory, 'context');
  await copyContext(context);
  for (const [stage, instructions] of stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))) {
    const root = join(directory, stage);
    // What the base image has.
    mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
    let workdir = '/';
    for (const { name, words } of instructions) {
      if (name === 'WORKDIR') mkdirSync(join(root, (workdir = words)), { recursive: true });
      else if (name === 'COPY') copy(words, { from: context, directory, into: join(root, workdir) });
      else if (name === 'RUN')
        await run('/bin/sh', ['-euc', rooted(words, root)], { cwd: join(root, workdir), maxBuffer: 1e8 });
      else if (!['ENV', 'USER', 'STOPSIGNAL', 'ENTRYPOINT', 'CMD'].includes(name))
        throw new Error(`unknown step ${name}`);
    }
  }
  return { root: join(directory, 'final') };
}

/** What git would send from a clean clone, less what .dockerignore leaves out. */
async function copyContext(target: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  const rules = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  for (const file of new Set(stdout.trimEnd().split('\n'))) {
    if (isIgnored(file, rules)) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(target, file));
  }
}

/** The last rule that matches the file, or a folder it is in, decides. */
export function isIgnored(file: string, rules: readonly string[]): boolean {
  const paths = file.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const rule of rules) {
    const pattern = rule.replace(/^!/, '');
    if (paths.some((path) => asExpression(pattern).test(path))) ignored = !rule.startsWith('!');
  }
  return ignored;
}

/** Unlike a shell's, an engine's `*` also matches names that begin with a dot. */
const asExpression = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll('.', '[.]')
      .replace(/^[*][*][/]/, '(.*/)?')
      .replaceAll(/(?<![.])[*]/g, '[^/]*')}$`,
  );

function copy(words: string, { from, directory, into }: { from: string; directory: string; into: string }): void {
  const parts = words.split(/\s+/);
  const stage = /^--from=(\w+)$/.exec(parts[0] ?? '')?.[1];
  const sources = parts.slice(stage === undefined ? 0 : 1, -1);
  const target = parts.at(-1) as string;
  for (const source of sources) {
    const origin = join(stage === undefined ? from : join(directory, stage), source);
    const to = sources.length > 1 || target.endsWith('/') ? join(into, target, source) : join(into, target);
    cpSync(origin, to, { recursive: true, verbatimSymlinks: true });
  }
  chmodSync(into, 0o755);
}

const rooted = (command: string, root: string): string => command.replaceAll(/(?<=^|[\s=])\/(?=\w)/g, `${root}/`);
