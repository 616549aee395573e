import type { Verdict } from '@runwright/client/contract';
import type { Deadline } from '../inbox/deadlines.ts';
import type { RunSnapshot } from './run-snapshot.ts';

interface Surroundings {
  verdict: () => Verdict;
  warn: (warning: string) => void;
  changed: () => void;
}

/** When each deadline of a request passes, and which have passed. Kept in the request's snapshot; deadlines.ts has the timers. */
export class DeadlineBook {
  private readonly data: RunSnapshot;
  private readonly around: Surroundings;

  constructor(data: RunSnapshot, around: Surroundings) {
    this.data = data;
    this.around = around;
  }

  /** A deadline has passed. What people approved does not expire, however long TFE refuses the apply. */
  pass(deadline: Deadline): void {
    if (deadline === 'approval' && this.around.verdict() !== 'pending') return;
    this.data.passed = [...this.data.passed, deadline];
    if (this.data.reading !== undefined && (deadline === 'queue' || deadline === 'plan')) {
      this.around.warn(`the ${deadline} deadline has passed: the run is ended`);
    }
    this.around.changed();
  }

  hasPassed(deadline: Deadline): boolean {
    return this.data.passed.includes(deadline);
  }

  /** When the deadline of a phase passes. The first call starts it, and it keeps its time in a later execution. */
  atMs(of: 'plan' | 'apply' | 'cleanup', lengthMs: number | undefined): number | undefined {
    if (lengthMs === undefined) return undefined;
    this.data.deadlinesAtMs = { [of]: Date.now() + lengthMs, ...this.data.deadlinesAtMs };
    return this.data.deadlinesAtMs[of];
  }

  /** From now on the approval can expire. */
  askPeople(approvalMs: number): void {
    this.data.expiresAtMs ??= Date.now() + approvalMs;
    this.around.changed();
  }

  /** Somebody confirmed a run that was to be ended, so the run goes on. A later ending gets its whole time. */
  leaveCleanup(): void {
    delete this.data.deadlinesAtMs?.cleanup;
    this.data.passed = this.data.passed.filter((deadline) => deadline !== 'cleanup');
  }

  /** An apply that is sent again gets its whole time again. */
  applyBeginsAnew(): void {
    delete this.data.deadlinesAtMs?.apply;
  }

  /** TFE does not show the run. `goneMs` bounds how long we accept that. */
  noteGone(): void {
    this.data.goneSinceMs ??= Date.now();
  }

  isShownAgain(): void {
    if (this.data.goneSinceMs === undefined) return;
    delete this.data.goneSinceMs;
    this.data.passed = this.data.passed.filter((deadline) => deadline !== 'gone');
  }
}
