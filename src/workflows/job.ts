import type { Deadlines } from './deadlines.ts';
import type { RunState } from './run-state.ts';
import type { Steps } from './steps.ts';

/** What every part of the story works with. */
export interface Job {
  steps: Steps;
  state: RunState;
  deadlines: Deadlines;
}
