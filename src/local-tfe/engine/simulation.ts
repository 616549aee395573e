import type { Executor } from './executor.ts';

/** Where neither terraform nor tofu is installed. */
export function createSimulation(): Executor {
  throw new Error('Neither terraform nor tofu is on PATH.');
}
