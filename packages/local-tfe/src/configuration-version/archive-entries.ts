import { posix } from 'node:path';

export interface ArchiveEntry {
  /** Relative to the root, normalized, without a trailing slash. */
  path: string;
  kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Of a link, as the archive names it. */
  target?: string;
  /** Bytes of a file. */
  size: number;
  /** Permission bits. */
  mode: number;
}

/** Why an archive is refused: one sentence for the configuration version's error message. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

// Linux takes 255 bytes of a name and 4096 of a path, a part of which is the directory it is unpacked into.
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1_024;
// Modules in modules in modules have a dozen levels; each is a directory to be made.
const MAX_DEPTH = 64;

/** The entry's path inside the root; `undefined` for the root itself. Throws where it would leave the root, or is too long. */
export function safePath(name: string): string | undefined {
  refuseLong(name);
  if (name.includes('\0')) throw new ArchiveError('the archive has an entry whose name is not a path');
  if (posix.isAbsolute(name) || /^[A-Za-z]:/.test(name) || name.includes('\\')) {
    throw new ArchiveError(`the archive entry ${printable(name)} is not a relative path`);
  }
  const path = posix.normalize(name).replace(/\/+$/, '');
  if (path === '..' || path.startsWith('../')) {
    throw new ArchiveError(`the archive entry ${printable(name)} leaves the configuration's directory`);
  }
  return path === '.' || path === '' ? undefined : path;
}

function refuseLong(name: string): void {
  const parts = name.split('/');
  if (parts.length > MAX_DEPTH) {
    throw new ArchiveError(`the archive entry ${printable(name)} lies more than ${MAX_DEPTH} levels deep`);
  }
  if (Buffer.byteLength(name) > MAX_PATH_BYTES || parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) {
    throw new ArchiveError(`the archive entry ${printable(name)} has a path that is too long`);
  }
}

const MAX_HOPS = 40; // Linux follows as many links in one path

/**
 * Refuses what would read or write outside the root when it is unpacked: entries below a link, links whose target, followed
 * through the other links of the archive, leaves the root, hard links to anything but an earlier file.
 */
export function refuseEscapes(entries: readonly ArchiveEntry[]): void {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const links = new Map(entries.filter((entry) => entry.kind === 'symlink').map((entry) => [entry.path, entry]));
  for (const entry of entries) {
    const below = parents(entry.path).find((parent) => links.has(parent));
    if (below !== undefined) {
      throw new ArchiveError(`the archive entry ${printable(entry.path)} lies below the link ${printable(below)}`);
    }
    if (entry.kind === 'symlink') refuseEscapingLink(entry, links);
    if (entry.kind === 'hardlink') {
      const target = safePath(entry.target ?? '');
      if (target === undefined || byPath.get(target)?.kind !== 'file') {
        throw new ArchiveError(`the archive entry ${printable(entry.path)} is a hard link to no file of the archive`);
      }
    }
  }
}

function refuseEscapingLink(entry: ArchiveEntry, links: ReadonlyMap<string, ArchiveEntry>): void {
  const refuse = (): never => {
    throw new ArchiveError(`the archive entry ${printable(entry.path)} is a link out of the configuration's directory`);
  };
  let hops = 0;
  const at: string[] = parents(entry.path).at(-1)?.split('/') ?? [];
  const todo = split(entry.target ?? '', refuse);
  while (todo.length > 0) {
    const part = todo.shift() ?? '';
    if (part === '..') {
      if (at.length === 0) refuse();
      at.pop();
      continue;
    }
    at.push(part);
    const link = links.get(at.join('/'));
    if (!link) continue;
    hops += 1;
    if (hops > MAX_HOPS) throw new ArchiveError(`the archive entry ${printable(entry.path)} is a link that never ends`);
    at.pop();
    todo.unshift(...split(link.target ?? '', refuse));
  }
}

function split(target: string, refuse: () => never): string[] {
  refuseLong(target);
  if (target === '' || posix.isAbsolute(target) || target.includes('\0') || target.includes('\\')) refuse();
  return target.split('/').filter((part) => part !== '' && part !== '.');
}

/** `a`, `a/b` of `a/b/c`. */
export function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

const printable = (name: string): string => JSON.stringify(name.slice(0, 200));
