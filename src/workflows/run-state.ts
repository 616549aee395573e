import type { Phase } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';
import type { RunRequest } from '../contract/run-request.ts';
import { isFinalRun, isKnownStatus, phaseOfRun } from '../domain/run-phase.ts';
import { DecisionBook } from './decision-book.ts';
import { newRequest, type AcceptedRequest, type RunSnapshot } from './run-snapshot.ts';

const MAX_PHASE_CHANGES = 100;
const MAX_WARNINGS = 20;

/** The state of one request and its rules of change. Whatever changes it calls `onChange`, which shows it to people. */
export class RunState {
  readonly data: RunSnapshot;
  /** What people have decided. */
  readonly decisions: DecisionBook;
  /** Somebody says that the run changed. */
  nudged: 'yes' | 'no' = 'no';
  cancelRequested: 'yes' | 'no' = 'no';
  /** What has come from outside and is taken in when the story has come to rest: see after-results.ts. */
  readonly arrivals: (() => void)[] = [];
  /** Called after each change; set by the workflow, which may not be imported here. */
  onChange: (change: 'phase' | 'detail') => void = () => {};

  /** `started` is the start of a request that has no snapshot yet. */
  constructor(snapshot: RunSnapshot | undefined, started: Date) {
    this.data = snapshot ?? newRequest(started.getTime(), Date.now());
    this.decisions = new DecisionBook(this.data, () => this.onChange('detail'));
  }

  get request(): RunRequest {
    return this.accepted.request;
  }

  get accepted(): AcceptedRequest {
    if (this.data.accepted === undefined) throw new Error('asked for the request before it was accepted');
    return this.data.accepted;
  }

  get reading(): RunReading {
    if (this.data.reading === undefined) throw new Error('asked for the run before it was created');
    return this.data.reading;
  }

  get phase(): Phase {
    return this.data.phase;
  }

  /** A look from before the accepted apply took effect: a 202 is only queued, and reads may lag behind it. */
  isStale(reading: RunReading): boolean {
    const { applySettlesAtMs = 0 } = this.data;
    return (
      this.phase === 'applying' && phaseOfRun(reading) === 'awaiting-confirmation' && Date.now() < applySettlesAtMs
    );
  }

  /** A look at the run: moves the phase. */
  observe(reading: RunReading): void {
    const before = this.data.reading;
    this.data.reading = reading;
    if (before?.status !== reading.status && !isKnownStatus(reading.status)) {
      this.warn(`TFE reports the status "${reading.status}", which is not known here: waiting goes on`);
    }
    const goesOnCleaningUp = this.phase === 'cleaning-up' && !isFinalRun(reading);
    this.enter(goesOnCleaningUp ? 'cleaning-up' : phaseOfRun(reading));
  }

  enter(phase: Phase): void {
    if (this.data.phase === phase && this.data.unseen === undefined) return this.onChange('detail');
    delete this.data.unseen;
    this.begin(phase);
    this.onChange('phase');
  }

  /** When the deadline of a phase passes: its time counts from the first question, also in a later execution. */
  deadlineAtMs(of: 'plan' | 'apply', lengthMs: number | undefined): number | undefined {
    if (lengthMs === undefined) return undefined;
    this.data.deadlinesAtMs = { [of]: Date.now() + lengthMs, ...this.data.deadlinesAtMs };
    return this.data.deadlinesAtMs[of];
  }

  /** TFE accepted the apply: it counts as begun. Search attributes follow when it is seen, or the next phase is. */
  assumeApplying(): void {
    delete this.data.deadlinesAtMs?.apply; // an apply that is sent again has its time again
    this.data.unseen = 'applying';
    this.begin('applying');
    this.onChange('detail');
  }

  private begin(phase: Phase): void {
    if (this.data.phase === phase) return;
    this.data.phase = phase;
    const status = this.data.reading?.status;
    this.data.history = [
      ...this.data.history.slice(1 - MAX_PHASE_CHANGES),
      { phase, ...(status !== undefined && { status }), at: new Date(Date.now()).toISOString() },
    ];
  }

  /** Sets plain facts; an undefined value removes the fact. */
  note(facts: { [K in 'blocker' | 'inDoubt' | 'waitingFor' | 'expiresAtMs']?: RunSnapshot[K] | undefined }): void {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) delete this.data[name as 'blocker'];
      else Object.assign(this.data, { [name]: value });
    }
    this.onChange('detail');
  }

  warn(warning: string): void {
    if (this.data.warnings.includes(warning)) return;
    this.data.warnings = [...this.data.warnings, warning].slice(-MAX_WARNINGS);
    this.onChange('detail');
  }
}
