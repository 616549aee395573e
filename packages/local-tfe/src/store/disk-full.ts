const SQLITE_FULL = 13;

/** Whether the store or a file could not be written for want of space: it can be, as soon as there is some. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL;
}
