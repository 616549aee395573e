/**
 * Runs as a process of its own (see doctor-archive.ts). Tests whether packed configurations can be kept in the folder
 * given as its argument. Prints the code of the error, or nothing. A folder that hangs, as a network drive may, hangs
 * only this process.
 */
import { randomUUID } from 'node:crypto';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@runwright/client/archive';

const [directory = ''] = process.argv.slice(2);
try {
  await makeFolder(directory);
  await access(directory, constants.R_OK);
  await writeProbe();
} catch (error) {
  process.stdout.write((error as NodeJS.ErrnoException).code ?? 'unknown');
}

/**
 * Only a write shows that a disk is full. The file is named like an archive that is being packed, which nobody reads.
 */
async function writeProbe(): Promise<void> {
  const probe = join(directory, `.${randomUUID()}.part`);
  try {
    await writeFile(probe, Buffer.alloc(4_096));
  } finally {
    await rm(probe, { force: true });
  }
}
