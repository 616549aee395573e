import type { StateVersionRecord } from '../state/state-version-records.ts';

/** How long this server takes to read resources and outputs out of a new state: TFE needs some seconds, and shows none before. */
export function createProcessing(now: () => number) {
  let delayMs = 0;
  return {
    delay(ms: number): void {
      delayMs = ms;
    },
    /** The state version as it is shown now. */
    shown(version: StateVersionRecord): StateVersionRecord {
      if (now() >= Date.parse(version.createdAt) + delayMs) return version;
      return { ...version, resourcesProcessed: false, outputs: [], resources: [] };
    },
  };
}

export type Processing = ReturnType<typeof createProcessing>;
