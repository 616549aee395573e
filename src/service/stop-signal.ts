import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** One key press may reach us twice: from the process group and from its launcher. */
const SAME_KEY_PRESS_MS = 1_000;

/**
 * Resolves with the first SIGTERM or SIGINT, when it is time to close everything. A second one, at least a second
 * later, ends the process at once. Not for the worker: there the Temporal SDK handles signals.
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
