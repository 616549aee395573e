import { access, constants, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Check } from '../client/doctor.ts';

/** Whether packed configurations can be kept where workers look for them. */
export async function checkArchiveDirectory(directory: string): Promise<Check> {
  const name = 'archives';
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK);
    return { name, state: 'ok', found: `${path} can be written; workers need the same folder` };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' || code === 'ENOTDIR' ? 'what is there is no folder' : code;
    const todo = 'set RUNWRIGHT_ARCHIVE_DIR to a folder that callers and workers share';
    return { name, state: 'failed', found: `${path} cannot be written (${why})`, todo };
  }
}
