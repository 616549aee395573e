// Plain JavaScript for any Node since 18, without dependencies: set-up needs it before there are any.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;
const TOUCH_EVERY_MS = 5_000;
/** A holder that has not touched its lock for so long is gone (another machine, or a process id used again). */
const STALE_AFTER_MS = 60_000;

/**
 * Runs `work` while no other process that uses the same lock file runs its own. The lock of a process that was killed is
 * taken over.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait called once, with the holder's process id, when somebody else has the lock
 * @returns {Promise<T>}
 */
export async function withFileLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !tryLock(file); waited = true) {
    const holder = holderOf(file);
    if (isStale(file, holder)) remove(file);
    else {
      if (!waited) onWait(holder === undefined ? 'unknown' : `${holder.pid}`);
      await delay(LOOK_AGAIN_MS);
    }
  }
  const touching = setInterval(() => touch(file), TOUCH_EVERY_MS);
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    process.off('exit', unlock);
    unlock();
  }
}

/** @param {string} file */
function tryLock(file) {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {{ pid: number, host: string } | undefined}
 */
function holderOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Removed, or not yet written.
  }
}

/**
 * @param {string} file
 * @param {{ pid: number, host: string } | undefined} holder
 */
function isStale(file, holder) {
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const touchedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return touchedAt !== undefined && Date.now() - touchedAt > STALE_AFTER_MS;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @param {string} file */
function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Somebody removed it by hand; the work itself is not disturbed by that.
  }
}

/**
 * Renaming first: of several processes that see the same dead lock, only one removes it.
 *
 * @param {string} file
 */
function remove(file) {
  const away = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, away);
    rmSync(away, { force: true });
  } catch {
    // Another process was faster.
  }
}
