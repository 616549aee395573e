import type { Faults } from './control/faults.ts';
import type { Holds } from './control/holds.ts';
import type { Listener } from './control/listener.ts';
import type { Journal } from './control/journal.ts';
import type { People } from './control/people.ts';
import type { Processing } from './control/processing.ts';
import type { Scripts } from './control/scripts.ts';
import type { Views } from './control/views.ts';
import type { RunEngine } from './engine/run-engine.ts';
import type { Executor } from './engine/executor.ts';
import type { UrlSigner } from './archivist/signed-url.ts';
import type { RunSignals } from './run/run-signals.ts';
import type { Settings } from './settings.ts';
import type { Blobs } from './store/blobs.ts';
import type { Store } from './store/store.ts';

/**
 * Everything of one server. For the place where it is put together and for the table of routes: a module names what it needs
 * in an interface of its own, which this one meets.
 */
export interface Services {
  store: Store;
  blobs: Blobs;
  workRoot: string;
  settings: Settings;
  now: () => number;
  timestamp: () => string;
  urls: UrlSigner;
  executor: Executor;
  engine: RunEngine;
  signals: RunSignals;
  journal: Journal;
  faults: Faults;
  holds: Holds;
  people: People;
  processing: Processing;
  scripts: Scripts;
  views: Views;
  listener: Listener;
  /** A fault of this server, not of the request. */
  onError: (error: unknown) => void;
}
