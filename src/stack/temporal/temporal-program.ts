import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../file-lock.js';
import type { Environment } from '../child-environment.ts';
import { buildWithGo } from '../go-build.ts';
import { cacheDirectory, findOnPath, isExecutable, outputOf } from '../program-path.ts';
import { projectFile } from '../own-files.ts';
import { downloadTemporal } from './temporal-download.ts';
import { OLDEST_TEMPORAL_SERVER, TEMPORAL_CLI_VERSION } from '../tool-versions.ts';

export interface TemporalProgram {
  readonly path: string;
  readonly serverVersion: string;
  readonly origin: 'path' | 'cache' | 'downloaded' | 'built';
}

/** Thrown when there is no Temporal server and none can be had; the message says what a person can do. */
export class NoTemporal extends Error {
  override readonly name = 'NoTemporal';
}

/**
 * The program of a Temporal dev server: `temporal` on the PATH, else the project's cache, else Temporal's own download,
 * else built from source (2–3 min, once). Throws `NoTemporal` when nothing of that works.
 * @param report is given one line of progress at a time.
 * @param downloadOrigin another server than Temporal's own, for tests.
 */
export async function findTemporal(
  environment: Environment,
  report: (line: string) => void = () => {},
  downloadOrigin?: string,
): Promise<TemporalProgram> {
  const onPath = await findOnPath('temporal', environment);
  if (onPath !== undefined) {
    const serverVersion = await serverVersionOf(onPath);
    if (serverVersion !== undefined && isNewEnough(serverVersion))
      return { path: onPath, serverVersion, origin: 'path' };
    report(`passing over ${onPath}: its server is ${serverVersion ?? 'unknown'}, needed is ${OLDEST_TEMPORAL_SERVER}`);
  }
  const sha256 = wantedSum(environment);
  const cached = join(cacheDirectory(environment), `temporal-${TEMPORAL_CLI_VERSION}`);
  const fromCache = await describe(cached, 'cache');
  if (fromCache) return fromCache;
  await makeCache(cacheDirectory(environment));
  return withFileLock(
    `${cached}.lock`,
    async () =>
      (await describe(cached, 'cache')) ??
      (await obtain({ target: cached, environment, report, sha256, downloadOrigin })),
    (holder) => report(`another process (${holder}) is getting the Temporal dev server; waiting for it`),
  );
}

async function makeCache(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new NoTemporal(
      `No Temporal dev server: none on the PATH, and ${directory}, where one would be put, cannot be written (${code}). ` +
        'Install the Temporal CLI (https://docs.temporal.io/cli), or set XDG_CACHE_HOME to a folder that can be written.',
    );
  }
}

interface Obtaining {
  readonly target: string;
  readonly environment: Environment;
  readonly report: (line: string) => void;
  readonly sha256: string | undefined;
  readonly downloadOrigin: string | undefined;
}

/** Throws `NoTemporal` for one that is none: a mistyped sum must not count as none. */
function wantedSum(environment: Environment): string | undefined {
  const given = environment['RUNWRIGHT_TEMPORAL_SHA256']?.trim().toLowerCase();
  if (!given) return undefined;
  if (/^[0-9a-f]{64}$/.test(given)) return given;
  throw new NoTemporal('RUNWRIGHT_TEMPORAL_SHA256 must be the 64 hexadecimal digits of a sha256.');
}

async function obtain({ target, environment, report, sha256, downloadOrigin }: Obtaining): Promise<TemporalProgram> {
  const refused: string[] = [];
  const attempt = async (
    origin: TemporalProgram['origin'],
    how: () => Promise<void>,
  ): Promise<TemporalProgram | undefined> => {
    try {
      await how();
      const program = await describe(target, origin);
      if (program) return program;
      refused.push('it does not run on this machine');
    } catch (error) {
      refused.push((error as Error).message);
    }
    report(refused.at(-1) as string);
    return undefined;
  };

  report(`getting the Temporal dev server ${TEMPORAL_CLI_VERSION}…`);
  const got =
    (await attempt('downloaded', () =>
      downloadTemporal({
        version: TEMPORAL_CLI_VERSION,
        target,
        ...(sha256 !== undefined && { sha256 }),
        ...(downloadOrigin !== undefined && { origin: downloadOrigin }),
      }),
    )) ??
    (await attempt('built', () => {
      report('building the Temporal dev server from source: 2–3 min, once…');
      const module = { directory: projectFile('tools'), package: 'github.com/temporalio/cli/cmd/temporal' };
      return buildWithGo({ ...module, target, environment, report });
    }));
  if (got) return got;
  throw new NoTemporal(
    `No Temporal dev server: none on the PATH, and getting one failed (${refused.join('; ')}). ` +
      'Install the Temporal CLI (https://docs.temporal.io/cli) or Go 1.25, or allow the download, and try again.',
  );
}

async function describe(path: string, origin: TemporalProgram['origin']): Promise<TemporalProgram | undefined> {
  if (!(await isExecutable(path))) return undefined;
  const serverVersion = await serverVersionOf(path);
  return serverVersion === undefined ? undefined : { path, serverVersion, origin };
}

async function serverVersionOf(program: string): Promise<string | undefined> {
  const output = await outputOf(program, ['--version']);
  return output?.match(/Server (\d+\.\d+\.\d+)/)?.[1];
}

const isNewEnough = (version: string): boolean =>
  version.localeCompare(OLDEST_TEMPORAL_SERVER, 'en', { numeric: true }) >= 0;
