import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../../src/stack/file-lock.js';
import type { Environment } from '../../src/stack/child-environment.ts';
import { buildWithGo } from '../../src/stack/go-build.ts';
import { projectFile } from '../../src/stack/own-files.ts';
import { cacheDirectory, isExecutable } from '../../src/stack/program-path.ts';
import { TEMPORAL_SERVER_VERSION } from '../../src/stack/tool-versions.ts';

export interface TemporalServerPrograms {
  readonly server: string;
  /** Makes and updates the databases; holds the schema of its version. */
  readonly sqlTool: string;
}

/** Thrown when the server can be neither found nor built; the message says what a person can do. */
export class NoTemporalServer extends Error {
  override readonly name = 'NoTemporalServer';
}

const PACKAGES = { server: 'cmd/server', sqlTool: 'cmd/tools/sql' } as const;

/**
 * Temporal's production server and its schema tool: from the project's cache, else built from `tools/go.mod` (half a
 * minute, once; more where nothing of Temporal was built before). Throws `NoTemporalServer`.
 */
export async function findTemporalServer(
  environment: Environment,
  report: (line: string) => void = () => {},
): Promise<TemporalServerPrograms> {
  const cache = cacheDirectory(environment);
  await mkdir(cache, { recursive: true });
  const program = async (name: string, part: keyof typeof PACKAGES): Promise<string> => {
    const target = join(cache, `${name}-${TEMPORAL_SERVER_VERSION}`);
    const build = async (): Promise<void> => {
      if (await isExecutable(target)) return;
      report(`building ${name} ${TEMPORAL_SERVER_VERSION} from source, once…`);
      const source = { directory: projectFile('tools'), package: `go.temporal.io/server/${PACKAGES[part]}` };
      await buildWithGo({ ...source, target, environment, report });
    };
    await withFileLock(`${target}.lock`, build, (holder) =>
      report(`another process (${holder}) is building ${name}; waiting for it`),
    );
    return target;
  };
  try {
    return {
      server: await program('temporal-server', 'server'),
      sqlTool: await program('temporal-sql-tool', 'sqlTool'),
    };
  } catch (error) {
    throw new NoTemporalServer(
      `No Temporal server for PostgreSQL: building one failed (${(error as Error).message}). ` +
        'Install Go 1.25 or newer, let it reach its module proxy, and try again.',
    );
  }
}
