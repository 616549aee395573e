import type { Capacity } from './capacity.ts';

/** Where a run goes on after an override, or after a restart of the server. */
export type Continuation =
  | 'start'
  | 'tasks-before-plan'
  | 'plan'
  | 'after-plan'
  | 'checks'
  | 'policies'
  | 'decision'
  | 'tasks-before-apply'
  | 'apply'
  | 'after-apply';

/** What drives runs, as those see it who make, confirm or end one. */
export interface RunEngine {
  capacity: Capacity;
  /** A run was made, or a workspace was unlocked: start what may start. */
  tick(workspaceId: string): void;
  /** Somebody confirmed: apply. */
  applyConfirmed(runId: string): void;
  /** An override was given, or the server was started anew: go on where the run stopped. */
  goOn(runId: string, from: Continuation): void;
  confirmByItself(runId: string): void;
  /** SIGINT; false when the engine is not working on the run. */
  interrupt(runId: string): boolean;
  /** SIGKILL. */
  kill(runId: string): void;
  /** The workspace has a new state: saved plans of other runs are stale. */
  stateChanged(workspaceId: string, byRunId: string | null): void;
  close(): Promise<void>;
}
