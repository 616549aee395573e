import type { Configuration } from '../client/index.ts';
import type { CliDeps } from './cli-deps.ts';
import { ExitError } from './exit-error.ts';
import type { RunFlags } from './run-flags.ts';
import { writeLines } from './writing.ts';

/** Packs --dir, where it is given. Rejects with an ArchiveError that says what is wrong with the directory. */
export async function packConfiguration(
  { dir, maxArchive }: RunFlags,
  { packDirectory, err }: Pick<CliDeps, 'packDirectory' | 'err'>,
): Promise<Configuration | undefined> {
  if (dir === undefined) return undefined;
  const maxBytes = maxArchive === undefined ? undefined : bytesOf(maxArchive);
  const archive = await packDirectory(dir, { maxBytes });
  const { files, bytes, sha256 } = archive;
  writeLines(err, [
    `packed ${dir}: ${files} file${files === 1 ? '' : 's'}, ${bytes} B, sha256 ${sha256.slice(0, 12)}…`,
  ]);
  return { kind: 'archive', archive };
}

const UNIT_BYTES = { B: 1, KB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 } as const;

/** Bytes of "200MB"; throws a usage error. */
function bytesOf(text: string): number {
  const match = /^(\d+)(B|KB|MB|GB)$/i.exec(text.trim());
  if (match === null) throw new ExitError('usage', `--max-archive must be a size such as 200MB or 1GB, not "${text}"`);
  return Number(match[1]) * UNIT_BYTES[match[2]!.toUpperCase() as keyof typeof UNIT_BYTES];
}
