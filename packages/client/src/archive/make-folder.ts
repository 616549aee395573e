import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder for its owner alone, and what is missing above it. Not by `recursive`: where a parent that is there takes no
 * folder and answers ENOENT, as /proc does, Node tries for ever.
 */
export async function makeFolder(path: string): Promise<void> {
  const isThere = async () => (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (await isThere()) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(await isThere())) throw error; // somebody else may have made it meanwhile
  }
}
