import type { Configuration } from '@runwright/client';
import { countOf } from '@runwright/client/domain';
import type { CliDeps } from '../cli-deps.ts';
import { describeBytes } from '../view/describe-bytes.ts';
import { ExitError } from '../exit-error.ts';
import { createPackingProgress } from '../terminal/packing-progress.ts';
import type { RunFlags } from './run-flags.ts';
import { writeLines } from '../terminal/writing.ts';

/**
 * Packs --dir, if it is given. Rejects with an ArchiveError that says what is wrong with the directory. Ctrl-C ends it
 * and leaves nothing of the archive behind.
 */
export async function packConfiguration(
  { dir, maxArchive }: RunFlags,
  { packDirectory, err, onInterrupt }: Pick<CliDeps, 'packDirectory' | 'err' | 'onInterrupt'>,
): Promise<Configuration | undefined> {
  if (dir === undefined) return undefined;
  const maxBytes = maxArchive === undefined ? undefined : bytesOf(maxArchive);
  const abort = new AbortController();
  const release = onInterrupt(() => abort.abort());
  const progress = createPackingProgress(err, dir);
  try {
    const archive = await packDirectory(dir, { maxBytes, signal: abort.signal, onPacked: progress.show });
    progress.stop();
    const { files, bytes, sha256, looksSecret = [] } = archive;
    const packed = `${countOf(files, 'file')}, ${describeBytes(bytes)}, sha256 ${sha256.slice(0, 12)}…`;
    writeLines(err, [`packed ${dir}: ${packed}`, ...warningOf(looksSecret)]);
    return { kind: 'archive', archive };
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    throw new ExitError('interrupted', 'interrupted while packing: nothing was started');
  } finally {
    progress.stop();
    release();
  }
}

/** A warning only: some configurations need a certificate, so these files are packed all the same. */
const warningOf = (looksSecret: readonly string[]): string[] =>
  looksSecret.length === 0
    ? []
    : [
        'warning: by their names these hold secrets, and are uploaded (.terraformignore keeps them out):',
        ...looksSecret.map((path) => `   ${path}`),
      ];

const UNIT_BYTES = { B: 1, KB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 } as const;

/** Bytes of "200MB"; throws a usage error. */
function bytesOf(text: string): number {
  const match = /^(\d+)(B|KB|MB|GB)$/i.exec(text.trim());
  if (match === null) throw new ExitError('usage', `--max-archive must be a size such as 200MB or 1GB, not "${text}"`);
  return Number(match[1]) * UNIT_BYTES[match[2]!.toUpperCase() as keyof typeof UNIT_BYTES];
}
