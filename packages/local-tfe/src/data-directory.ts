import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the server keeps what. */
export interface DataDirectory {
  database: string;
  files: string;
  work: string;
  tls: string;
  remove: () => void;
}

/** A directory that outlives the server, or a temporary one. */
export function openDataDirectory(dataDir: string | undefined): DataDirectory {
  const root = dataDir === undefined ? mkdtempSync(join(tmpdir(), 'local-tfe-')) : resolve(dataDir);
  makeClosed(root);
  return {
    database: dataDir === undefined ? ':memory:' : join(root, 'local-tfe.sqlite'),
    files: join(root, 'files'),
    work: join(root, 'work'),
    tls: join(root, 'tls'),
    remove: () => {
      if (dataDir === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Others may not look into a directory that is made for the server, or was: one that holds other things keeps its mode. */
function makeClosed(root: string): void {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  if (readdirSync(root).length === 0 && statSync(root).uid === process.getuid?.()) chmodSync(root, 0o700);
}
