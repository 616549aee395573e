import { isDiskFull } from './store/disk-full.ts';

interface SystemError {
  code?: string;
  syscall?: string;
  errcode?: number;
  message?: string;
}

const ADDRESS: Record<string, string> = {
  EADDRINUSE: 'is in use by another process: choose another one with --port',
  EADDRNOTAVAIL: 'is no address of this machine: see --host',
  ENOTFOUND: 'is no address of this machine: see --host',
  EAI_AGAIN: 'is no address of this machine: see --host',
  EACCES: 'is one that only the administrator may use: choose another one with --port',
};
const DIRECTORY: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is read-only',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'a part of its path cannot be made',
  SQLITE_CANTOPEN: 'this user may not write there',
  SQLITE_READONLY: 'this user may not write there',
  SQLITE_NOTADB: 'its local-tfe.sqlite is not that of a local TFE',
  SQLITE_CORRUPT: 'its local-tfe.sqlite is damaged',
};
const SQLITE: Record<number, string> = {
  8: 'SQLITE_READONLY',
  11: 'SQLITE_CORRUPT',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** Why the server did not start, as a sentence for whoever typed the command. */
export function explainStart(error: unknown, asked: { host: string; port: number; dataDir: string }): string {
  const { code = '', syscall = '', errcode, message = String(error) } = error as SystemError;
  if (isDiskFull(error)) return `the data directory ${asked.dataDir} cannot be used: its disk is full`;
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    const reason = ADDRESS[code];
    return reason === undefined ? message : `${asked.host}:${asked.port} ${reason}`;
  }
  // SQLite puts what it says in detail above the low byte.
  const reason = DIRECTORY[errcode === undefined ? code : (SQLITE[errcode & 0xff] ?? '')];
  return reason === undefined ? message : `the data directory ${asked.dataDir} cannot be used: ${reason}`;
}
