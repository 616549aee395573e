import { ChildFailed } from './child-process.ts';
import { logTail } from './log-tail.ts';

/** One sentence on why a stack did not start, with the log that knows more. */
export function describeStartFailure(error: unknown): string {
  if (!(error instanceof ChildFailed)) return describeOwnFailure(error);
  const [what = error.message] = error.message.split('. Its log (');
  const said = lastWords(error.logFile);
  return `${what}${said === undefined ? '' : `: ${said}`} (log: ${error.logFile})`;
}

function describeOwnFailure(error: unknown): string {
  const { code, path, syscall, message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code === 'ENOSPC') return 'the disk is full: make room, or give another --dir';
  if (code === 'EADDRINUSE') return `${message.replace(/^.*address already in use /, '')} is in use by another program`;
  if (path === undefined) return message;
  // A parent that is there and takes no folder, as /proc, says that there is none.
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || (code === 'ENOENT' && syscall === 'mkdir')) {
    return `this user may not write ${path} (${code}): give another --dir`;
  }
  return code === 'EEXIST' || code === 'ENOTDIR' ? `${path} is no directory: give another --dir` : message;
}

/** The last line of a log that says something; of a JSON line its reason. */
function lastWords(logFile: string): string | undefined {
  const last = logTail(logFile)
    ?.map((line) => line.trim())
    .findLast((line) => line !== '' && !line.startsWith('at '));
  if (last === undefined || !last.startsWith('{')) return last?.replace(/^runwright: /, '');
  try {
    const { reason, error, msg } = JSON.parse(last) as Record<string, unknown>;
    return [reason, error, msg].find((word) => typeof word === 'string') as string | undefined;
  } catch {
    return last;
  }
}
