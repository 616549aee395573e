import type {
  Cancellation,
  Changed,
  FailureType,
  Outcome,
  Phase,
  RunOutput,
  RunReading,
  RunRequest,
} from '@runwright/client/contract';
import { isKnownStatus, type RunPhase } from '@runwright/client/domain';
import type { RunFacts } from '../../domain/next-step.ts';
import type { EndedFor } from '../../domain/outcome.ts';
import type { PlannedChanges } from '../../domain/planned-changes.ts';
import { ApplyBook } from './apply-book.ts';
import { DeadlineBook } from './deadline-book.ts';
import { DecisionBook } from './decision-book.ts';
import { Inbox } from '../inbox/inbox.ts';
import { factsOf, runPhaseOf, shownPhaseOf } from './run-facts.ts';
import { forgetRun, newRequest, type AcceptedRequest, type RunSnapshot } from './run-snapshot.ts';

const MAX_PHASE_CHANGES = 100;
const MAX_WARNINGS = 20;

/** The state of one request and the rules for changing it. Every change calls `onChange`, which shows it to people. */
export class RunState {
  readonly inbox = new Inbox();
  readonly decisions: DecisionBook;
  readonly times: DeadlineBook;
  readonly apply: ApplyBook;
  /** Somebody has told us that the run changed. */
  nudged = false;
  canceled = false;
  /** Called after each change; set by the workflow, which may not be imported here. */
  onChange: (change: 'phase' | 'detail') => void = () => {};
  private readonly snapshot: RunSnapshot;

  /** `started`: when a request that has no snapshot yet was started. */
  constructor(snapshot: RunSnapshot | undefined, started: Date) {
    this.snapshot = snapshot ?? newRequest(started.getTime(), Date.now());
    this.nudged = this.snapshot.early.length > 0; // the execution before this one had no time to look
    this.decisions = new DecisionBook(this.snapshot, {
      runPhase: () => this.snapshot.reading && this.runPhase,
      changed: () => this.onChange('detail'),
      look: () => (this.nudged = true),
    });
    this.times = new DeadlineBook(this.snapshot, {
      verdict: () => this.decisions.verdict,
      warn: (warning) => this.warn(warning),
      changed: () => this.onChange('detail'),
    });
    this.apply = new ApplyBook(this.snapshot, {
      applies: () => this.applies(),
      doubt: (inDoubt) => this.note({ inDoubt }),
    });
  }

  /** What is known. Only the methods of this class and of its books change it. */
  get data(): Readonly<RunSnapshot> {
    return this.snapshot;
  }

  get request(): RunRequest {
    return this.accepted.request;
  }

  get accepted(): AcceptedRequest {
    if (this.snapshot.accepted === undefined) throw new Error('asked for the request before it was accepted');
    return this.snapshot.accepted;
  }

  get reading(): RunReading {
    if (this.snapshot.reading === undefined) throw new Error('asked for the run before it was created');
    return this.snapshot.reading;
  }

  /** The phase of the run itself. The request's phase is `cleaning-up` while the run is being ended. */
  get runPhase(): RunPhase {
    return runPhaseOf(this.reading, this.snapshot.applyAccepted);
  }

  get facts(): RunFacts {
    return factsOf(this.snapshot, {
      request: this.request,
      run: this.reading,
      verdict: this.decisions.verdict,
      canceled: this.canceled,
      overrideDue: this.decisions.pendingOverride !== undefined,
    });
  }

  accept(accepted: AcceptedRequest): void {
    this.snapshot.accepted = accepted;
    this.onChange('detail');
  }

  /** Says who cancels and why, if a cancellation follows. Only a message before the cancellation counts. */
  explainCancel(cancellation: Cancellation): void {
    if (!this.canceled) this.snapshot.cancellation = cancellation;
  }

  cancel(): void {
    this.canceled = true;
    this.onChange('detail');
  }

  useWorkspace(workspaceId: string): void {
    this.snapshot.workspaceId = workspaceId;
  }

  /** `own`: this request created it. */
  useConfigurationVersion(id: string, from: { own: boolean }): void {
    if (from.own) this.snapshot.configurationVersionIds = [...this.snapshot.configurationVersionIds, id];
    this.snapshot.configurationVersionId = id;
  }

  /** A write was in doubt: the request may have more than one run. */
  doubt(why?: string): void {
    this.snapshot.doubted = true;
    if (why !== undefined) this.note({ inDoubt: why });
  }

  /** Makes this the request's run. A decision on another run does not count for it. */
  adopt(run: RunReading): void {
    const { snapshot } = this;
    if (snapshot.reading && snapshot.reading.id !== run.id) forgetRun(snapshot);
    snapshot.acts.emptyApply = this.request.approval.emptyApply;
    this.observe(run);
  }

  /** TFE made the run with an option that was not asked for, so the run is ended, whatever has become of it. */
  ignoresOption(sentence: string): void {
    this.warn(sentence);
    this.snapshot.optionIgnored = sentence;
    this.beginEnding('option-ignored');
  }

  /** Takes in a look at the run, and moves the phase. */
  observe(seen: RunReading): void {
    const { reading: before, restsEmpty, plannedChanges } = this.snapshot;
    // A server that does not send the counts with the run was asked for them, once.
    const plan = seen.plan ?? (before?.id === seen.id ? before.plan : undefined);
    const reading: RunReading = { ...seen, ...(plan && { plan }), ...(restsEmpty && { restsEmpty }) };
    this.snapshot.reading = reading;
    this.times.isShownAgain();
    this.apply.observe(reading);
    if (before?.status !== reading.status && !isKnownStatus(reading.status)) {
      this.warn(`TFE reports the status "${reading.status}", which is not known here: waiting goes on`);
    }
    if (this.runPhase === 'awaiting-confirmation' && plan && plannedChanges) this.snapshot.planSeen = true;
    this.enter(shownPhaseOf(this.snapshot, this.facts));
  }

  enter(phase: Phase): void {
    if (this.snapshot.phase === phase && this.snapshot.unseen === undefined) return this.onChange('detail');
    delete this.snapshot.unseen;
    this.begin(phase);
    this.onChange('phase');
  }

  /** TFE itself did not finish a run without changes. */
  letRestEmpty(): void {
    this.snapshot.restsEmpty = true;
    this.warn(`TFE lets run ${this.reading.id} wait although its plan changes nothing: it goes to people`);
    this.observe(this.reading);
  }

  /** People can see what the run would change, or why that is not shown. From now on they may approve it. */
  showPlan(plan: { changes?: PlannedChanges; counts?: RunReading['plan'] }): void {
    this.snapshot.planSeen = true;
    if (plan.changes) this.takePlannedChanges(plan.changes);
    if (plan.counts) this.snapshot.reading = { ...this.reading, plan: plan.counts };
    this.enter(shownPhaseOf(this.snapshot, this.facts));
  }

  takePlannedChanges({ listed, unlisted }: PlannedChanges): void {
    this.snapshot.plannedChanges = listed;
    if (unlisted.length > 0) this.snapshot.unlistedChanges = unlisted;
  }

  /** TFE accepted the apply. The search attributes follow when TFE shows it, or with the next phase. */
  private applies(): void {
    this.times.applyBeginsAnew();
    this.snapshot.unseen = 'applying';
    this.begin('applying');
    this.onChange('detail');
  }

  /** From now on the run is to be ended. The first reason counts. */
  beginEnding(endedFor: EndedFor): void {
    this.snapshot.acts.endedFor ??= endedFor;
    this.enter('cleaning-up');
  }

  overrideWasTaken(count: number): void {
    this.snapshot.overridesDone = count;
  }

  /** A run of an earlier life of this request holds the workspace. */
  isHeldByEarlierLife(run: RunReading): void {
    this.snapshot.heldByEarlierLife = run;
  }

  holdsNoMore(): void {
    delete this.snapshot.heldByEarlierLife;
  }

  takeOutputs(outputs: RunOutput[], stateVersionId: string | undefined): void {
    this.snapshot.outputs = outputs;
    if (stateVersionId) this.snapshot.stateVersionId = stateVersionId;
  }

  complete(outcome: Outcome): void {
    this.snapshot.outcome = outcome;
    this.onChange('detail');
  }

  fail(failure: { type: FailureType; message: string; changed: Changed }): void {
    this.snapshot.failure = failure;
    this.enter('ended-badly');
  }

  private begin(phase: Phase): void {
    if (this.snapshot.phase === phase) return;
    this.snapshot.phase = phase;
    const status = this.snapshot.reading?.status;
    this.snapshot.history = [
      ...this.snapshot.history.slice(1 - MAX_PHASE_CHANGES),
      { phase, ...(status !== undefined && { status }), at: new Date(Date.now()).toISOString() },
    ];
  }

  /** Sets plain facts; an undefined value removes the fact. */
  note(facts: { [K in 'blocker' | 'inDoubt' | 'waitingFor']?: RunSnapshot[K] | undefined }): void {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) delete this.snapshot[name as 'blocker'];
      else Object.assign(this.snapshot, { [name]: value });
    }
    this.onChange('detail');
  }

  warn(warning: string): void {
    if (this.snapshot.warnings.includes(warning)) return;
    this.snapshot.warnings = [...this.snapshot.warnings, warning].slice(-MAX_WARNINGS);
    this.onChange('detail');
  }
}
