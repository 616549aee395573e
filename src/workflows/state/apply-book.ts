import type { RunReading } from '@runwright/client/contract';
import { isPastConfirmation, phaseOfRun } from '@runwright/client/domain';
import { runPhaseOf } from './run-facts.ts';
import type { RunSnapshot } from './run-snapshot.ts';

interface Surroundings {
  /** TFE accepted the apply, so the request counts as being applied. */
  applies: () => void;
  /** In doubt from now on; undefined: no longer in doubt. */
  doubt: (inDoubt: string | undefined) => void;
}

/**
 * Whether the run's apply was sent, what came of it, and who else confirmed the run. Kept in the request's snapshot.
 */
export class ApplyBook {
  private readonly data: RunSnapshot;
  private readonly around: Surroundings;

  constructor(data: RunSnapshot, around: Surroundings) {
    this.data = data;
    this.around = around;
  }

  /** A look from before the accepted apply took effect. A 202 only queues the apply, and reads may lag behind it. */
  isStale(reading: RunReading): boolean {
    const { applyAccepted } = this.data;
    if (applyAccepted === undefined || Date.now() >= applyAccepted.settlesAtMs) return false;
    return phaseOfRun(reading) === 'awaiting-confirmation';
  }

  /** Takes in a look at the run, which shows what became of an apply. */
  observe(reading: RunReading): void {
    if (isPastConfirmation(reading) && this.data.applyMayHaveLanded) this.data.acts.applySent = true;
    if (phaseOfRun(reading) === 'awaiting-confirmation') this.didNotCount();
  }

  /** TFE accepted the apply: it counts as begun. */
  wasAccepted(settlesMs: number): void {
    this.data.acts.applySent = true;
    this.data.applyAccepted = { settlesAtMs: Date.now() + settlesMs };
    this.around.applies();
  }

  /** The apply was sent, and whether it arrived is not known. */
  isInDoubt(why: string): void {
    this.data.acts.applySent = true;
    this.data.applyMayHaveLanded = true;
    this.around.doubt(`apply: ${why}`);
  }

  /** A lost apply can no longer land, so what the run shows now is true. */
  doubtIsOver(): void {
    this.around.doubt(undefined);
    const { reading, applyAccepted } = this.data;
    if (reading && runPhaseOf(reading, applyAccepted) === 'awaiting-confirmation') this.didNotCount();
  }

  confirmedBy(whom: 'us' | 'somebody-else'): void {
    if (whom === 'us') this.data.acts.applySent = true;
    else this.data.confirmer = whom;
  }

  /**
   * The run waits for its confirmation after all. The apply that we sent did not count, so a cancel or a rejection
   * still does.
   */
  private didNotCount(): void {
    delete this.data.applyAccepted;
    if (this.data.inDoubt === undefined) this.data.acts.applySent = false;
  }
}
