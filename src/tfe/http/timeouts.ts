/** Milliseconds from the start of a request to the last byte of its answer, per class of call. */
export interface Timeouts {
  readMs: number;
  writeMs: number;
  /** The whole upload. */
  uploadMs: number;
  /** During an upload: how long the server may take no byte and give no answer. */
  uploadStallMs: number;
  logMs: number;
}

export const DEFAULT_TIMEOUTS: Readonly<Timeouts> = Object.freeze({
  // A slow TFE answers within seconds. A read is cheap to repeat, so it gives up early.
  readMs: 15_000,
  // A write that we give up is in doubt, so it waits longer. Must stay below the activity's start-to-close timeout (30
  // s). The least commit window is derived from it (domain/time-floors.ts).
  writeMs: 20_000,
  // 1 GB at 1 MB/s, on the slowest line that we expect.
  uploadMs: 17 * 60_000,
  // TFE's load balancers cut idle connections after 60 s, so nothing answers after that.
  uploadStallMs: 60_000,
  // Logs come from blob storage in pieces of at most 1 MiB.
  logMs: 30_000,
});

/** How long a connection may take to open; part of every class above. */
export const CONNECT_TIMEOUT_MS = 10_000;
