import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createFaults } from './control/faults.ts';
import { createHolds } from './control/holds.ts';
import { createJournal } from './control/journal.ts';
import { createPeople } from './control/people.ts';
import { createProcessing } from './control/processing.ts';
import { createScripts } from './control/scripts.ts';
import { createViews } from './control/views.ts';
import type { DataDirectory } from './data-directory.ts';
import { createEngine } from './engine/engine.ts';
import { findExecutor } from './engine/find-executor.ts';
import { createRunSignals } from './run/run-signals.ts';
import { nameOf } from './http/route.ts';
import { createUrlSigner } from './archivist/signed-url.ts';
import type { LocalTfeOptions } from './options.ts';
import { ROUTES } from './routes.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { Blobs } from './store/blobs.ts';
import { openStore } from './store/store.ts';

const GIB = 1024 ** 3;
const DEFAULTS: Settings = {
  maxUploadBytes: GIB,
  maxUnpackedBytes: 4 * GIB,
  concurrency: 10,
  forceCancelAfterMs: 60_000,
  deliveries: 'send',
  archivistTokens: 'refused',
};

/** Makes them, in the order in which they need each other; `closers` gets what must be closed. */
export async function assemble(
  options: LocalTfeOptions,
  directory: DataDirectory,
  closers: (() => void | Promise<void>)[],
): Promise<Services> {
  const now = Date.now;
  const onError = options.onError ?? ((): void => undefined);
  const timestamp = (): string => new Date(now()).toISOString();
  const store = openStore(directory.database);
  closers.push(() => store.close());
  mkdirSync(directory.work, { recursive: true, mode: 0o700 });
  // oxlint-disable-next-line node/no-process-env -- tests start the server in-process; the command passes its own
  const env = options.env ?? process.env;
  const executor = await findExecutor({
    choice: options.engine ?? 'auto',
    env,
    passEnv: options.passEnv ?? [],
    workRoot: directory.work,
  });
  const given = Object.entries(options).filter(([name, value]) => name in DEFAULTS && value !== undefined);
  const settings: Settings = { ...DEFAULTS, ...(Object.fromEntries(given) as Partial<Settings>) };
  const blobs = new Blobs(directory.files);
  blobs.removeUnfinished();
  const partial: Omit<Services, 'engine' | 'people' | 'listener'> = {
    store,
    blobs,
    workRoot: directory.work,
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
