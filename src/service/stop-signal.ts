import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** A process group and its launcher may both deliver the same key press. */
const SAME_KEY_PRESS_MS = 1_000;

/**
 * Resolves with the first SIGTERM or SIGINT: the time to close everything. A second one, at least a second later, ends the
 * process at once. Not for the worker: the Temporal SDK handles its signals.
 */
export function untilStopSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = (signal: StopSignal): void => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        resolve(signal);
      } else if (performance.now() - firstAt >= SAME_KEY_PRESS_MS) {
        process.exit(128 + constants.signals[signal]);
      }
    };
    for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  });
}
