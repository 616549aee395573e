import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createFaults } from './control/faults.ts';
import { createHolds } from './control/holds.ts';
import { createListener } from './control/listener.ts';
import { createJournal } from './control/journal.ts';
import { createPeople } from './control/people.ts';
import { createProcessing } from './control/processing.ts';
import { createScripts } from './control/scripts.ts';
import { createViews } from './control/views.ts';
import { createEngine } from './engine/engine.ts';
import { findExecutor } from './engine/find-executor.ts';
import type { EngineChoice } from './engine/find-executor.ts';
import { recover } from './engine/recover.ts';
import { createRunSignals } from './engine/run-signals.ts';
import { createApp } from './http/app.ts';
import { createHostCheck } from './http/host-names.ts';
import { nameOf } from './http/route.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { ownCertificate } from './http/own-ca.ts';
import { createUrlSigner } from './http/signed-url.ts';
import { createNotifier } from './notifications/notifier.ts';
import { ROUTES } from './routes/table.ts';
import type { Services, Settings } from './services.ts';
import { Blobs } from './store/blobs.ts';
import type { RunRecord } from './store/records.ts';
import { openStore } from './store/store.ts';
import { grantToken } from './store/users.ts';

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

export interface LocalTfe {
  /** `http://127.0.0.1:8090` */
  address: string;
  token: string;
  /** `terraform 1.11.4` */
  engine: string;
  /** The CA's certificate, with `tls: 'own-ca'`. */
  caFile?: string | undefined;
  journal: Services['journal'];
  faults: Services['faults'];
  people: Services['people'];
  holds: Services['holds'];
  /** Refuses connections for so long; resolves when the server is off the network. */
  outage(ms: number): Promise<void>;
  /** With `tls`: a new certificate of the same CA. */
  replaceCertificate(): void;
  /** Every run, the newest first. */
  runs(): RunRecord[];
  /** For what the control API does and the fields above do not name. */
  services: Services;
  /** Stops taking requests, interrupts terraform, waits for it, closes the store. */
  close(): Promise<void>;
}

const GIB = 1024 ** 3;
const DEFAULTS: Settings = {
  maxUploadBytes: GIB,
  maxUnpackedBytes: 4 * GIB,
  concurrency: 10,
  forceCancelAfterMs: 60_000,
  deliveries: 'send',
  archivistTokens: 'refused',
};

/** Starts a Terraform Enterprise on this machine: loopback only, unless another host is asked for. */
export async function startLocalTfe(options: LocalTfeOptions = {}): Promise<LocalTfe> {
  const place = openPlace(options.dataDir);
  const closers: (() => void | Promise<void>)[] = [place.remove];
  try {
    const services = await assemble(options, place, closers);
    const token = options.token ?? randomBytes(24).toString('base64url');
    grantToken(services.store, token, { username: 'admin', access: 'admin' });
    const limiter = createRateLimiter(
      {
        perSecond: options.rateLimit ?? 30,
        listsPerMinute: options.listRateLimitPerMinute ?? 30,
        verificationsPerMinute: options.rateLimit === 0 ? 0 : 10, // TFE's
      },
      services.now,
    );
    const host = options.host ?? '127.0.0.1';
    const renew =
      options.tls === 'own-ca' ? () => ownCertificate(place.tls, ['localhost', '127.0.0.1', '::1', host]) : undefined;
    const tls = renew?.();
    const isOwnHost = createHostCheck({ host, allowed: options.allowHosts ?? [] });
    const app = createApp(services, { routes: ROUTES, limiter, isOwnHost, tls });
    services.listener = createListener(app.server, renew);
    let origin = '';
    const notifier = createNotifier(services, () => origin);
    closers.push(
      () => notifier.close(),
      () => app.close(),
      () => services.listener.stop(),
    );
    await app.listen({ port: options.port ?? 0, host });
    const address = addressOf(app.server.address(), tls ? 'https' : 'http');
    origin = address;
    recover(services);
    return {
      address,
      token,
      ...(tls && { caFile: tls.caFile }),
      engine: services.executor.name,
      journal: services.journal,
      faults: services.faults,
      people: services.people,
      holds: services.holds,
      outage: (ms) => services.listener.outage(ms),
      replaceCertificate: () => services.listener.replaceCertificate(),
      runs: () => services.store.runs.select(),
      services,
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** As a client on this machine addresses the server. */
function addressOf(bound: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  if (bound === null || typeof bound === 'string') throw new Error('the server listens on no port');
  const isEverywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const host = isEverywhere ? '127.0.0.1' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `${scheme}://${host}:${bound.port}`;
}

interface Place {
  database: string;
  files: string;
  work: string;
  tls: string;
  remove: () => void;
}

function openPlace(dataDir: string | undefined): Place {
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

async function assemble(
  options: LocalTfeOptions,
  place: Place,
  closers: (() => void | Promise<void>)[],
): Promise<Services> {
  const now = Date.now;
  const onError = options.onError ?? ((): void => undefined);
  const timestamp = (): string => new Date(now()).toISOString();
  const store = openStore(place.database);
  closers.push(() => store.close());
  mkdirSync(place.work, { recursive: true, mode: 0o700 });
  // oxlint-disable-next-line node/no-process-env -- tests start the server in-process; the command passes its own
  const env = options.env ?? process.env;
  const executor = await findExecutor({
    choice: options.engine ?? 'auto',
    env,
    passEnv: options.passEnv ?? [],
    workRoot: place.work,
  });
  const given = Object.entries(options).filter(([name, value]) => name in DEFAULTS && value !== undefined);
  const settings: Settings = { ...DEFAULTS, ...(Object.fromEntries(given) as Partial<Settings>) };
  const blobs = new Blobs(place.files);
  blobs.removeUnfinished();
  const partial: Omit<Services, 'engine' | 'people' | 'listener'> = {
    store,
    blobs,
    workRoot: place.work,
    settings,
    now,
    timestamp,
    urls: createUrlSigner(
      store.setting('signing-key', () => randomBytes(32).toString('hex')),
      now,
    ),
    executor,
    signals: createRunSignals(onError),
    journal: createJournal(store.database, timestamp, options.maxJournalBytes),
    faults: createFaults(ROUTES.filter(({ door }) => door !== 'control').map(nameOf)),
    holds: createHolds(),
    processing: createProcessing(now),
    scripts: createScripts(store),
    views: createViews(store, now),
    onError,
  };
  // Engine and people work with the same services that they are part of.
  const services = partial as Services;
  services.engine = createEngine(services);
  services.people = createPeople(services);
  closers.push(() => services.engine.close());
  return services;
}

/** Last opened, first closed; goes on after an error and throws the first one. */
async function closeAll(closers: (() => void | Promise<void>)[]): Promise<void> {
  let failure: { error: unknown } | undefined;
  for (;;) {
    const close = closers.pop();
    if (!close) break;
    try {
      await close();
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
}
