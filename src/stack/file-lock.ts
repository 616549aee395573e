import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isProcessAlive } from './process-group.ts';

const LOOK_AGAIN_MS = 200;
const TOUCH_EVERY_MS = 5_000;
/** A holder that has not touched its lock for so long is gone (another machine, or a process id used again). */
const STALE_AFTER_MS = 60_000;

/**
 * Runs `work` while no other process that uses the same lock file runs its own. A lock whose holder was killed is taken
 * over. `onWait` is called once, with the holder's process id, when somebody else has it.
 */
export async function withFileLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (holder: string) => void = () => {},
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let waited = false;
  while (!(await tryLock(file))) {
    if (await removeIfStale(file)) continue;
    if (!waited) onWait(await holderOf(file).then((holder) => holder?.pid.toString() ?? 'unknown'));
    waited = true;
    await delay(LOOK_AGAIN_MS);
  }
  const touching = setInterval(() => void touch(file), TOUCH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(file, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

async function tryLock(file: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname() };
  try {
    await writeFile(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined; // Removed, or not yet written.
  }
}

async function removeIfStale(file: string): Promise<boolean> {
  const holder = await holderOf(file);
  const touchedAt = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (touchedAt === undefined) return true;
  const isDead = holder?.host === hostname() && !isProcessAlive(holder.pid);
  if (!isDead && Date.now() - touchedAt < STALE_AFTER_MS) return false;
  // Renaming first: of several processes that see the same dead lock, only one removes it.
  const away = `${file}.stale-${process.pid}`;
  await rename(file, away).catch(() => {});
  await rm(away, { force: true });
  return true;
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {});
}
