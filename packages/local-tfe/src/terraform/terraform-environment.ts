import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../engine/executor.ts';

export type Environment = Record<string, string>;

export interface EnvironmentOptions {
  /** The caller's environment. */
  env: Record<string, string | undefined>;
  /** Names that terraform inherits beside those of the list below. */
  passEnv: readonly string[];
  workRoot: string;
}

// What terraform, its providers and git need to start, speak and check certificates. Everything else may be a secret, and a
// configuration reads whatever its process has.
const INHERITED = /^(PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|SSL_CERT_FILE|SSL_CERT_DIR)$/;
const PROXY = /^(HTTPS?_PROXY|NO_PROXY)$/i;

/** The allowed part of the environment; a proxy is left out where its URL holds a password. */
export function allowedEnvironment({ env, passEnv }: Pick<EnvironmentOptions, 'env' | 'passEnv'>): Environment {
  const isAllowed = (name: string, value: string): boolean =>
    INHERITED.test(name) || passEnv.includes(name) || (PROXY.test(name) && !value.includes('@'));
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isAllowed(entry[0], entry[1]),
    ),
  );
}

/** What terraform is started with: in a run, and where it only shows something. */
export function createEnvironments(options: EnvironmentOptions): {
  scratch: (scratch: string) => Environment;
  run: (job: Job) => Environment;
} {
  const pluginCache = join(options.workRoot, 'plugin-cache');
  mkdirSync(pluginCache, { recursive: true });
  const allowed = allowedEnvironment(options);
  const ofScratch = (scratch: string): Environment => ({
    // Credentials of clouds, keys and terraform's own settings are in the user's.
    HOME: ownHome(scratch),
    ...allowed,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    TF_DATA_DIR: join(scratch, 'data'),
    TF_PLUGIN_CACHE_DIR: pluginCache,
    // The lock file of the configuration decides which checksums count; the cache only saves the download.
    TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
  });
  const ofRun = (job: Job): Environment => ({
    ...ofScratch(job.scratch),
    ...job.environment,
    TFC_RUN_ID: job.run.id,
    // By this a child that outlived a killed server is recognized after the restart.
    RUNWRIGHT_LOCAL_TFE_RUN: job.run.id,
    ...(job.run.debuggingMode && { TF_LOG: 'TRACE' }),
  });
  return { scratch: ofScratch, run: ofRun };
}

function ownHome(scratch: string): string {
  const home = join(scratch, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}
