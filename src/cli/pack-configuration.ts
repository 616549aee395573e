import type { Configuration } from '../client/index.ts';
import type { CliDeps } from './cli-deps.ts';
import type { RunFlags } from './run-flags.ts';
import { writeLines } from './writing.ts';

/** Packs --dir, where it is given. Rejects with an ArchiveError that says what is wrong with the directory. */
export async function packConfiguration(
  { dir }: RunFlags,
  { packDirectory, err }: Pick<CliDeps, 'packDirectory' | 'err'>,
): Promise<Configuration | undefined> {
  if (dir === undefined) return undefined;
  const archive = await packDirectory(dir);
  const { files, bytes, sha256 } = archive;
  writeLines(err, [
    `packed ${dir}: ${files} file${files === 1 ? '' : 's'}, ${bytes} B, sha256 ${sha256.slice(0, 12)}…`,
  ]);
  return { kind: 'archive', archive };
}
