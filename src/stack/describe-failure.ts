import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChildFailed } from './child-process.ts';
import { logTail } from './log-tail.ts';

const DISK_IS_FULL = 'the disk is full: make room, or give another --dir';

/** Says in one sentence why a stack did not start, and names the log with more details. */
export function describeStartFailure(error: unknown): string {
  if (!(error instanceof ChildFailed)) return describeOwnFailure(error);
  const [what = error.message] = error.message.split('. Its log (');
  // On a full disk a child cannot write why it ended, so the end of its log is from an earlier start.
  const said = isFull(dirname(error.logFile)) ? DISK_IS_FULL : lastWords(error.logFile);
  return `${what}${said === undefined ? '' : `: ${said}`} (log: ${error.logFile})`;
}

function describeOwnFailure(error: unknown): string {
  const { code, path, syscall, message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code === 'ENOSPC') return DISK_IS_FULL;
  if (code === 'EADDRINUSE') return `${message.replace(/^.*address already in use /, '')} is in use by another program`;
  if (path === undefined) return message;
  // A parent that exists but takes no folder, such as /proc, answers ENOENT.
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || (code === 'ENOENT' && syscall === 'mkdir')) {
    return `this user may not write ${path} (${code}): give another --dir`;
  }
  return code === 'EEXIST' || code === 'ENOTDIR' ? `${path} is no directory: give another --dir` : message;
}

// What a log and a database need to begin; blocks come free and go while the other parts are stopped.
const HARDLY_ANY_ROOM_BYTES = 1024 * 1024;

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < HARDLY_ANY_ROOM_BYTES;
  } catch {
    return false; // it is gone, or its file system does not say
  }
}

// Node's last words on an error that nobody caught are its own version, below the stack and the error's properties.
const UNCAUGHT = /^\w*Error(?: \[\w+\])?: ./;
const NODE_VERSION = /^Node\.js v\d/;

/** The last line of a log that says something; of a JSON line its reason, of an uncaught error its first line. */
function lastWords(logFile: string): string | undefined {
  const lines = logTail(logFile)
    ?.map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '));
  const final = lines?.at(-1);
  const last = NODE_VERSION.test(final ?? '') ? lines?.findLast((line) => UNCAUGHT.test(line)) : final;
  if (last === undefined || !last.startsWith('{')) return last?.replace(/^runwright: /, '');
  try {
    const { reason, error, msg } = JSON.parse(last) as Record<string, unknown>;
    return [reason, error, msg].find((word) => typeof word === 'string') as string | undefined;
  } catch {
    return last;
  }
}
