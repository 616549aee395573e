import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack } from '../../src/stack/stack.ts';
import { findTemporal } from '../../src/stack/temporal/temporal-program.ts';
import { startTemporal, type TemporalServer } from '../../src/stack/temporal/temporal-server.ts';
import { SEARCH_ATTRIBUTE_TYPES } from './search-attributes.ts';

/** A Temporal server of one test file alone, which may be killed and whose database is a file. */
export interface OwnTemporal extends TemporalServer {
  readonly databaseFile: string;
  /** Stops it for good and removes its database. */
  close(): Promise<void>;
}

export async function startOwnTemporal(): Promise<OwnTemporal> {
  const directory = mkdtempSync(join(tmpdir(), 'runwright-own-temporal-'));
  const databaseFile = join(directory, 'temporal.sqlite');
  const stack = openStack({ directory, environment: process.env });
  const close = async (): Promise<void> => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const { path: program } = await findTemporal(process.env);
    const temporal = await startTemporal(stack, {
      ...{ program, ui: 'headless', searchAttributes: SEARCH_ATTRIBUTE_TYPES },
      database: { kind: 'file', path: databaseFile },
    });
    return { ...temporal, databaseFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}
