import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { ArchiveError, codeOf } from './archive-error.ts';
import { printable } from '../domain/printable.ts';

/** Identifies a file, whatever its name: device and inode number. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino'>;

/** A file as it was listed; `source` is its real path. */
export interface ListedFile {
  path: string;
  source: string;
  identity: FileIdentity;
}

// Without NONBLOCK, opening a pipe in the file's place would block.
const READ_THE_FILE_ITSELF = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens the very file that was listed. Anybody who may write into the directory can replace the file, or a directory
 * above it, with a link at any moment. So we check identity and place of the opened file before we read from it.
 * Rejects with ArchiveError.
 */
export async function openListed(listed: ListedFile): Promise<FileHandle> {
  const file = await open(listed.source, READ_THE_FILE_ITSELF).catch((error: unknown) => {
    throw codeOf(error) === 'ELOOP' ? changed(listed.path) : unreadable(listed.path, error);
  });
  try {
    const stats = await file.stat({ bigint: true });
    const isTheSame = stats.isFile() && stats.dev === listed.identity.dev && stats.ino === listed.identity.ino;
    if (!isTheSame || (await placeOf(file, listed.source)) !== listed.source) throw changed(listed.path);
    return file;
  } catch (error) {
    await file.close();
    throw error instanceof ArchiveError ? error : unreadable(listed.path, error);
  }
}

/**
 * Where an open file lies. Linux answers by the handle, so later changes of the path do not matter. Elsewhere the path
 * is resolved again: if a directory was a link while it was listed and opened, and is one no more, that goes unnoticed.
 */
export async function placeOf(file: FileHandle, path: string): Promise<string> {
  return await readlink(`/proc/self/fd/${file.fd}`).catch(() => realpath(path));
}

export const changed = (path: string): ArchiveError =>
  new ArchiveError('unreadable', `${printable(path)} changed while it was packed: try again`);

export const unreadable = (what: string, error: unknown): ArchiveError =>
  new ArchiveError('unreadable', `${printable(what)} cannot be read (${codeOf(error) ?? 'unknown error'})`);
