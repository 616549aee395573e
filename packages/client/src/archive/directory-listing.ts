import { constants } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ArchiveError, codeOf } from './archive-error.ts';
import { parseIgnoreRules } from './ignore-rules.ts';
import type { IsIgnored } from './ignore-rules.ts';
import { changed, placeOf, unreadable } from './open-listed.ts';
import type { FileIdentity } from './open-listed.ts';
import { printable } from '../domain/printable.ts';

/** One member of the archive. `path` is relative to the root with `/`, without a slash at its end. */
export type Entry =
  | { type: 'file'; path: string; mode: number; bytes: number; source: string; identity: FileIdentity }
  | { type: 'directory'; path: string; mode: number }
  | { type: 'link'; path: string; target: string };

export interface ListingOptions {
  /**
   * What to do with a symbolic link that points out of the directory. `refuse` (default): an error that names the link,
   * so that no file of the machine is uploaded unnoticed. `inline`: packs the link's target in its place, as the
   * terraform CLI does.
   */
  leavingLinks?: 'refuse' | 'inline' | undefined;
  /** Directories to leave out, whatever the rules say. They need not exist. */
  leftOut?: readonly string[] | undefined;
}

// Runwright keeps its archives, databases and tokens here when people try it out: in the configuration's directory, or
// in a subdirectory of it.
const OWN_FOLDER = '.runwright';
const isOwnFolder = (name: string): boolean => name.toLowerCase() === OWN_FOLDER;

// Node replaces each byte of a name that is not UTF-8 with this. The file cannot be found under the resulting name.
const REPLACED_BYTE = '\uFFFD';

const IGNORE_FILE = '.terraformignore';
// Every rule is tested against every path, so the file must be small.
const MAX_IGNORE_FILE_BYTES = 64 * 1024;

interface Walk {
  root: string;
  isIgnored: IsIgnored;
  leavingLinks: 'refuse' | 'inline';
  leftOut: ReadonlySet<string>;
  entries: Entry[];
}

/** Everything under the directory that goes into its archive, in the archive's order. Devices, sockets and pipes are passed over. Rejects with ArchiveError. */
export async function listDirectory(
  directory: string,
  { leavingLinks = 'refuse', leftOut = [] }: ListingOptions = {},
): Promise<Entry[]> {
  const root = await rootOf(directory);
  const isIgnored = parseIgnoreRules(await ignoreFileOf(root));
  const realLeftOut = await Promise.all(leftOut.map((path) => realpath(path).catch(() => resolve(path))));
  const walk: Walk = { root, isIgnored, leavingLinks, leftOut: new Set(realLeftOut), entries: [] };
  await listInto(walk, root, '', [root]);
  return walk.entries;
}

async function rootOf(directory: string): Promise<string> {
  let root: string;
  try {
    root = await realpath(directory);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unreadable(directory, error);
    throw new ArchiveError('missing-directory', `there is no directory ${printable(directory)}`);
  }
  const handle = await open(root, constants.O_RDONLY | constants.O_DIRECTORY).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOTDIR') throw unreadable(directory, error);
    const sentence = `${printable(directory)} is a file; give the directory that holds the Terraform files`;
    throw new ArchiveError('not-a-directory', sentence);
  });
  try {
    return await placeOf(handle, root); // spell the root like the paths below it
  } finally {
    await handle.close();
  }
}

async function ignoreFileOf(root: string): Promise<string> {
  // Without NONBLOCK, opening a pipe of that name would block.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await open(join(root, IGNORE_FILE), flags).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(IGNORE_FILE, error);
  });
  if (file === undefined) return '';
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new ArchiveError('unreadable', `${IGNORE_FILE} is no file`);
    if (stats.size > MAX_IGNORE_FILE_BYTES) {
      throw new ArchiveError('too-large', `${IGNORE_FILE} is larger than ${MAX_IGNORE_FILE_BYTES} bytes`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** `ancestors`: the real directories above, which reveal a link that leads in a circle. */
async function listInto(walk: Walk, source: string, path: string, ancestors: readonly string[]): Promise<void> {
  const found = await readdir(source, { withFileTypes: true }).catch((error: unknown) => {
    // An unreadable directory below an excluded one is no reason to refuse.
    if (path !== '' && walk.isIgnored(`${path}/`)) return [];
    throw unreadable(path || source, error);
  });
  // Code unit order: the same on every machine and in every locale.
  for (const each of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const { name } = each;
    await listOne(walk, each, join(source, name), path === '' ? name : `${path}/${name}`, ancestors);
  }
}

async function listOne(
  walk: Walk,
  found: Dirent,
  source: string,
  path: string,
  ancestors: readonly string[],
): Promise<void> {
  if (isOwnFolder(found.name)) return;
  // Excluded trees may be huge (.git, node_modules), so we read only names from the disk.
  if ((found.isFile() || found.isSymbolicLink()) && walk.isIgnored(path)) return;
  const stats = await lstat(source, { bigint: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' && path.includes(REPLACED_BYTE)) throw unnameable(path);
    throw unreadable(path, error);
  });
  // Look into an ignored directory too: a later rule may include something below it again.
  if (stats.isDirectory())
    return walk.leftOut.has(source) ? undefined : listSubdirectory(walk, source, path, stats, ancestors);
  if (walk.isIgnored(path)) return;
  if (stats.isSymbolicLink()) return listLink(walk, source, path, ancestors);
  if (stats.isFile()) walk.entries.push(fileEntry(path, stats, source));
}

async function listSubdirectory(
  walk: Walk,
  source: string,
  path: string,
  stats: BigIntStats,
  ancestors: readonly string[],
): Promise<void> {
  if (!walk.isIgnored(path) && !walk.isIgnored(`${path}/`)) {
    walk.entries.push({ type: 'directory', path, mode: modeOf(stats) });
  }
  await listInto(walk, source, path, [...ancestors, source]);
}

async function listLink(walk: Walk, source: string, path: string, ancestors: readonly string[]): Promise<void> {
  const target = await readlink(source).catch(() => {
    throw changed(path);
  });
  const place = dirname(source);
  const inside = targetInside(walk.root, isAbsolute(target) ? target : resolve(place, target));
  const placeInside = targetInside(walk.root, place);
  if (inside !== undefined && placeInside !== undefined && !(await passesOutside(walk.root, source))) {
    // An absolute target means nothing on another machine.
    const portable = isAbsolute(target) ? relative(placeInside, inside) || '.' : target;
    walk.entries.push({ type: 'link', path, target: portable.split(sep).join('/') });
    return;
  }
  if (walk.leavingLinks === 'refuse') {
    throw new ArchiveError(
      'link-leaves-root',
      `the symbolic link ${printable(path)} points out of the directory (to ${printable(target)}): replace it by what it points at, or list it in .terraformignore`,
    );
  }
  await inlineTarget(walk, source, path, ancestors);
}

/** The path relative to the root, or undefined if it lies outside. Judged by name alone, as the receiving side does. */
function targetInside(root: string, absolute: string): string | undefined {
  const inside = relative(root, absolute);
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : `/${inside}`;
}

/**
 * Whether the link's path leads outside through other links, as `a/b/../../x` does when `a/b` is a link. A dangling
 * link does not.
 */
async function passesOutside(root: string, link: string): Promise<boolean> {
  const actual = await realpath(link).catch(() => undefined);
  return actual !== undefined && targetInside(root, actual) === undefined;
}

async function inlineTarget(walk: Walk, source: string, path: string, ancestors: readonly string[]): Promise<void> {
  let real: string;
  let stats: BigIntStats;
  try {
    real = await realpath(source);
    stats = await stat(real, { bigint: true });
  } catch (error) {
    throw unreadable(`${path} (a symbolic link)`, error);
  }
  if (real.split(sep).some(isOwnFolder)) return;
  if (stats.isFile()) walk.entries.push(fileEntry(path, stats, real));
  if (!stats.isDirectory()) return;
  if (ancestors.some((above) => above === real || above.startsWith(`${real}${sep}`))) {
    throw new ArchiveError(
      'link-leaves-root',
      `the symbolic link ${printable(path)} points at a directory above itself`,
    );
  }
  await listSubdirectory(walk, real, path, stats, ancestors);
}

// As in git: "executable" belongs to the file, the other permissions to the umask of the checkout. A request that is
// repeated from another machine must get the same archive.
const modeOf = (stats: BigIntStats): number =>
  stats.isDirectory() || (Number(stats.mode) & 0o100) !== 0 ? 0o755 : 0o644;

const fileEntry = (path: string, stats: BigIntStats, source: string): Entry => ({
  type: 'file',
  path,
  mode: modeOf(stats),
  bytes: Number(stats.size),
  source,
  identity: { dev: stats.dev, ino: stats.ino },
});

function unnameable(path: string): ArchiveError {
  const sentence = `the name ${printable(path)} is not UTF-8, as names in an archive must be: rename it, or list it in .terraformignore`;
  return new ArchiveError('unreadable', sentence);
}
