import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../../src/stack/child-environment.ts';
import { findOnPath, isExecutable, outputOf } from '../../src/stack/program-path.ts';

export interface PostgresProgram {
  /** Folder of `initdb`, `postgres` and `pg_isready`. */
  readonly directory: string;
  readonly version: string;
}

/** Thrown when there is no PostgreSQL server; the message says what a person can do. */
export class NoPostgres extends Error {
  override readonly name = 'NoPostgres';
}

/** Where Debian and its kin keep one folder per version: no part of it is on the PATH. */
const DEBIAN = '/usr/lib/postgresql';
/** The oldest with which Temporal's schema works. */
const OLDEST = 12;

/** `postgres` on the PATH, else the newest of Debian's. Throws `NoPostgres`. */
export async function findPostgres(environment: Environment): Promise<PostgresProgram> {
  const onPath = await findOnPath('postgres', environment);
  // A link to one program of it does not have the others beside it.
  const linked = onPath === undefined ? [] : [dirname(await realpath(onPath))];
  const folders = [...linked, ...(await debianFolders())];
  for (const directory of folders) {
    if (!(await hasAll(directory))) continue;
    const version = (await outputOf(join(directory, 'postgres'), ['--version']))?.match(/\b\d+(\.\d+)?/)?.[0];
    if (version !== undefined && Number.parseInt(version, 10) >= OLDEST) return { directory, version };
  }
  throw new NoPostgres(
    `No PostgreSQL server ${OLDEST} or newer: none on the PATH, none in ${DEBIAN}. ` +
      'Install one (Debian, Ubuntu: apt-get install postgresql) and try again.',
  );
}

const hasAll = async (directory: string): Promise<boolean> =>
  (await Promise.all(['initdb', 'postgres', 'pg_isready'].map((name) => isExecutable(join(directory, name))))).every(
    Boolean,
  );

async function debianFolders(): Promise<string[]> {
  const versions = await readdir(DEBIAN).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, 'bin'));
}
