import { posix } from 'node:path';
import { ArchiveError } from './archive-error.ts';
import type { Entry } from './directory-listing.ts';
import { printable } from '../domain/printable.ts';

// What a request may carry through history. Shallow directories come first, because working directories are shallow.
const MOST_LISTED = 100;

const isTerraformFile = (path: string): boolean => /\.tf(\.json)?$/u.test(path);

/** The directories that hold *.tf or *.tf.json files directly: '' for the root, shallow ones first, at most 100. */
export function terraformDirectories(filePaths: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const path of filePaths) {
    if (isTerraformFile(path)) found.add(path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
  }
  return [...found].sort(byDepthThenName).slice(0, MOST_LISTED);
}

const depth = (directory: string): number => (directory === '' ? 0 : directory.split('/').length);

const byDepthThenName = (one: string, other: string): number =>
  depth(one) - depth(other) || (one < other ? -1 : one > other ? 1 : 0);

/**
 * The paths under which terraform can read files: the files, links that stand for one, and the files of a linked
 * directory under the link's name.
 */
export function readablePaths(entries: readonly Entry[]): string[] {
  const files = entries.flatMap((entry) => (entry.type === 'file' ? [entry.path] : []));
  const links = entries.filter((entry) => entry.type === 'link');
  if (links.length === 0) return files;
  const configured = new Set(files.filter(isTerraformFile).map((path) => posix.dirname(path)));
  return [
    ...files,
    ...links.flatMap(({ path, target }) =>
      configured.has(posix.normalize(posix.join(posix.dirname(path), target)).replace(/\/$/u, ''))
        ? [path, `${path}/linked.tf`]
        : [path],
    ),
  ];
}

/**
 * Refuses what no run can plan. Without a working directory any directory will do, since the workspace may name one;
 * otherwise that directory must hold the files. Throws ArchiveError `empty-directory` or `no-terraform-files`.
 */
export function refuseWithoutTerraform(
  filePaths: readonly string[],
  { directory, workingDirectory }: { directory: string; workingDirectory?: string | undefined },
): void {
  if (filePaths.length === 0) {
    throw new ArchiveError(
      'empty-directory',
      `${printable(directory)} holds no file to upload (check .terraformignore, if there is one)`,
    );
  }
  const wanted = workingDirectory === undefined ? undefined : trimmed(workingDirectory);
  const isThere = filePaths.some(
    (path) => isTerraformFile(path) && (wanted === undefined || terraformDirectories([path])[0] === wanted),
  );
  if (isThere) return;
  const where = wanted
    ? `${printable(directory)} has no *.tf or *.tf.json file in ${printable(wanted)}`
    : `${printable(directory)} has no *.tf or *.tf.json file`;
  throw new ArchiveError('no-terraform-files', where);
}

/** TFE takes "/a/b/" and "./a/b" for the directory a/b. */
const trimmed = (workingDirectory: string): string =>
  workingDirectory
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
