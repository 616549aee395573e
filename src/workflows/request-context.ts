import type { Deadlines } from './inbox/deadlines.ts';
import type { RunState } from './state/run-state.ts';
import type { Steps } from './steps.ts';

/** What every part of the workflow works with. */
export interface RequestContext {
  steps: Steps;
  state: RunState;
  deadlines: Deadlines;
}
