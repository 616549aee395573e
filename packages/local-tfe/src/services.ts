import type { Faults } from './control/faults.ts';
import type { Holds } from './control/holds.ts';
import type { Listener } from './control/listener.ts';
import type { Journal } from './control/journal.ts';
import type { People } from './control/people.ts';
import type { Processing } from './control/processing.ts';
import type { Scripts } from './control/scripts.ts';
import type { Views } from './control/views.ts';
import type { Engine } from './engine/engine.ts';
import type { Executor } from './engine/executor.ts';
import type { UrlSigner } from './http/signed-url.ts';
import type { RunSignals } from './engine/run-signals.ts';
import type { Blobs } from './store/blobs.ts';
import type { Store } from './store/store.ts';

export interface Settings {
  /** Bytes of one uploaded archive. */
  maxUploadBytes: number;
  /** Bytes of what an archive unpacks to. */
  maxUnpackedBytes: number;
  /** Terraform processes at a time. */
  concurrency: number;
  /** From a cancel to the moment a force-cancel is allowed. */
  forceCancelAfterMs: number;
  /** `loopback`: notifications to other hosts are recorded as answered 200, not sent. */
  deliveries: 'send' | 'loopback';
  /** What becomes of a bearer token that is sent to an archive's or a log's signed URL: see `Route.tokenSent`. */
  archivistTokens: 'refused' | 'noted';
}

/** What handlers and the engine work with; made once per server. */
export interface Services {
  store: Store;
  blobs: Blobs;
  workRoot: string;
  settings: Settings;
  now: () => number;
  timestamp: () => string;
  urls: UrlSigner;
  executor: Executor;
  engine: Engine;
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
