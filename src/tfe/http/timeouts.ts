/** Milliseconds from the start of a request to the last byte of its answer, per class of call. */
export interface Timeouts {
  readMs: number;
  writeMs: number;
  /** The whole upload. */
  uploadMs: number;
  /** During an upload: no byte taken by the server and no answer. */
  uploadStallMs: number;
  logMs: number;
}

export const DEFAULT_TIMEOUTS: Readonly<Timeouts> = Object.freeze({
  // A slow TFE answers within seconds; a read is cheap to repeat, so it gives up before anybody wonders.
  readMs: 15_000,
  // Giving up on a write makes it a write in doubt: wait longer. Must stay below the start-to-close timeout of the activity
  // (30 s). The least commit window is counted with it (domain/time-floors.ts).
  writeMs: 20_000,
  // 1 GB at 1 MB/s, the slowest line that anybody uploads configurations over.
  uploadMs: 17 * 60_000,
  // TFE's load balancers cut idle connections after 60 s; past that nobody is listening.
  uploadStallMs: 60_000,
  // Logs come from blob storage in pieces of at most 1 MiB.
  logMs: 30_000,
});

/** How long a connection may take to open; part of every class above. */
export const CONNECT_TIMEOUT_MS = 10_000;
