import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../pages/markdown-files.ts';

export interface Packed {
  /** Of the `.tgz`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The paths in it. */
  readonly files: readonly string[];
}

/** Packs every package of the project into `directory`, from what was built last; by their names. */
export async function packAll(directory: string): Promise<ReadonlyMap<string, Packed>> {
  if (!existsSync(join(ROOT, 'dist'))) throw new Error('there is no dist/: run `npm run build` first');
  const all = ['--workspaces', '--include-workspace-root'];
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', directory, ...all];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: ROOT, maxBuffer: 1 << 26 });
  const packed = JSON.parse(stdout) as { name: string; filename: string; size: number; files: { path: string }[] }[];
  return new Map(
    packed.map(({ name, filename, size, files }) => [
      name,
      {
        path: join(directory, filename.replace('@', '').replace('/', '-')),
        size,
        files: files.map(({ path }) => path),
      },
    ]),
  );
}
