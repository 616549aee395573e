import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

// Some hundred lines: a log may have grown for weeks.
const MOST_BYTES = 64 * 1024;

/** The lines at the end of a log; `undefined` when there is none. */
export function logTail(file: string): string[] | undefined {
  let log: number;
  try {
    log = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(log);
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    readSync(log, bytes, 0, bytes.byteLength, size - bytes.byteLength);
    return bytes.toString('utf8').trimEnd().split('\n');
  } finally {
    closeSync(log);
  }
}
