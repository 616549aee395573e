import type { EngineChoice } from './engine/find-executor.ts';

export interface LocalTfeOptions {
  /** Default 0: a free one. */
  port?: number | undefined;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** Names in a Host header by which the server is asked, beside its own: other hosts are refused. */
  allowHosts?: readonly string[] | undefined;
  /** Everything outlives a restart there; without it, memory and a temporary directory. */
  dataDir?: string | undefined;
  /** Of the administrator; made up when it is not given. */
  token?: string | undefined;
  /** Requests a second and user, default 30 as in TFE; 0 is no limit, also to verifications, of which TFE takes 10 a minute. */
  rateLimit?: number | undefined;
  /** Run lists a minute and user, default 30 as in TFE; 0 is no limit. */
  listRateLimitPerMinute?: number | undefined;
  /** Default auto: terraform or tofu of PATH, else simulated. */
  engine?: EngineChoice | undefined;
  /** `loopback`: notifications to other hosts are recorded as answered 200, not sent. */
  deliveries?: 'send' | 'loopback' | undefined;
  /** Default `refused`: an upload or a log read that also carries a bearer token fails, so that a leak is found. */
  archivistTokens?: 'refused' | 'noted' | undefined;
  /** Terraform processes at a time, default 10 as in TFE. */
  concurrency?: number | undefined;
  /** Default 60 s. */
  forceCancelAfterMs?: number | undefined;
  /** Bytes of one upload, default 1 GiB. */
  maxUploadBytes?: number | undefined;
  /** Bytes of what one upload unpacks to, default 4 GiB. */
  maxUnpackedBytes?: number | undefined;
  /** Bytes of the journal, default 64 MiB: the oldest entries go. */
  maxJournalBytes?: number | undefined;
  /** `own-ca`: https with a certificate of a CA that is made once per data directory. */
  tls?: 'off' | 'own-ca' | undefined;
  /** Names of environment variables that terraform inherits, beside those that it cannot work without. */
  passEnv?: readonly string[] | undefined;
  /** Where terraform is looked for, and what it may inherit; default the process's own. */
  env?: Record<string, string | undefined> | undefined;
  /** Told about faults of the server itself. */
  onError?: ((error: unknown) => void) | undefined;
}
