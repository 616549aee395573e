import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Check } from '../client/doctor.ts';

/** Whether packed configurations can be kept where workers look for them. */
export async function checkArchiveDirectory(directory: string): Promise<Check> {
  const name = 'archives';
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK);
    await writeProbe(path);
    return { name, state: 'ok', found: `${path} can be written; workers need the same folder` };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const todo = 'make room there; archives that no request needs any more may be deleted';
      return { name, state: 'failed', found: `${path} has no room left (${code})`, todo };
    }
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'what is there is no folder' : code;
    const todo = 'set RUNWRIGHT_ARCHIVE_DIR to a folder that callers and workers share';
    return { name, state: 'failed', found: `${path} cannot be written (${why})`, todo };
  }
}

/** A full disk is only seen by who writes. Named like an archive that is being packed, which nobody reads. */
async function writeProbe(directory: string): Promise<void> {
  const probe = join(directory, `.${randomUUID()}.part`);
  try {
    await writeFile(probe, Buffer.alloc(4_096));
  } finally {
    await rm(probe, { force: true });
  }
}
