import type { FailureType } from '../contract/failure-types.ts';
import type { Changed, Outcome, RunOutput } from '../contract/outcome.ts';
import type { Phase } from '../contract/phase.ts';
import type { Cancellation } from '../contract/run-view.ts';
import type { RunReading } from '../contract/run-reading.ts';
import type { RunRequest } from '../contract/run-request.ts';
import { nextStep, type RunFacts } from '../domain/next-step.ts';
import type { EndedFor } from '../domain/outcome.ts';
import type { PlannedChanges } from '../domain/planned-changes.ts';
import { isKnownStatus, isPastConfirmation, phaseOfRun, type RunPhase } from '../domain/run-phase.ts';
import { DecisionBook } from './decision-book.ts';
import type { Deadline } from './deadlines.ts';
import { Inbox } from './inbox.ts';
import { newRequest, type AcceptedRequest, type RunSnapshot } from './run-snapshot.ts';

const MAX_PHASE_CHANGES = 100;
const MAX_WARNINGS = 20;

/** The state of one request and its rules of change. Whatever changes it calls `onChange`, which shows it to people. */
export class RunState {
  /** What has come from outside and is not taken in yet. */
  readonly inbox = new Inbox();
  /** What people have decided. */
  readonly decisions: DecisionBook;
  /** Somebody says that the run changed. */
  nudged = false;
  canceled = false;
  /** Called after each change; set by the workflow, which may not be imported here. */
  onChange: (change: 'phase' | 'detail') => void = () => {};
  private readonly snapshot: RunSnapshot;

  /** `started` is the start of a request that has no snapshot yet. */
  constructor(snapshot: RunSnapshot | undefined, started: Date) {
    this.snapshot = snapshot ?? newRequest(started.getTime(), Date.now());
    this.nudged = this.snapshot.early.length > 0; // an execution before this one had no time to look
    this.decisions = new DecisionBook(this.snapshot, {
      runPhase: () => this.snapshot.reading && this.runPhase,
      changed: () => this.onChange('detail'),
      look: () => (this.nudged = true),
    });
  }

  /** What is known; changed by the methods of this class and of the decision book alone. */
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

  get phase(): Phase {
    return this.snapshot.phase;
  }

  /** Where the run itself is; the request's phase says `cleaning-up` while it is being ended. */
  get runPhase(): RunPhase {
    const seen = phaseOfRun(this.reading);
    return this.snapshot.applyAccepted && seen === 'awaiting-confirmation' ? 'applying' : seen;
  }

  get facts(): RunFacts {
    const { acts, confirmer, expiresAtMs, passed } = this.snapshot;
    const { approval, cancelDuringApply } = this.request;
    return {
      run: this.reading,
      phase: this.runPhase,
      verdict: this.decisions.verdict,
      canceled: this.canceled,
      gone: passed.includes('gone'),
      passed: passed.filter((deadline) => deadline === 'queue' || deadline === 'plan' || deadline === 'apply'),
      endedFor: acts.endedFor,
      confirmer: acts.apply === 'sent' ? 'us' : (confirmer ?? 'nobody'),
      overrideDue: this.decisions.pendingOverride !== undefined,
      asked: expiresAtMs !== undefined,
      confirmedElsewhere: approval.confirmedElsewhere,
      cancelDuringApply,
    };
  }

  accept(accepted: AcceptedRequest): void {
    this.snapshot.accepted = accepted;
    this.onChange('detail');
  }

  /** What a cancellation that follows is for; one that was said before the cancellation counts. */
  explainCancel(cancellation: Cancellation): void {
    if (!this.canceled) this.snapshot.cancellation = cancellation;
  }

  cancel(): void {
    this.canceled = true;
    this.onChange('detail');
  }

  /** A deadline has passed. What is approved does not expire, however long TFE refuses the apply. */
  pass(deadline: Deadline): void {
    if (deadline === 'approval' && this.decisions.verdict !== 'pending') return;
    this.snapshot.passed = [...this.snapshot.passed, deadline];
    if (this.snapshot.reading !== undefined && (deadline === 'queue' || deadline === 'plan')) {
      this.warn(`the ${deadline} deadline has passed: the run is ended`);
    }
    this.onChange('detail');
  }

  hasPassed(deadline: Deadline): boolean {
    return this.snapshot.passed.includes(deadline);
  }

  useWorkspace(workspaceId: string): void {
    this.snapshot.workspaceId = workspaceId;
  }

  /** `own`: this request created it. */
  useConfigurationVersion(id: string, from: { own: boolean }): void {
    if (from.own) this.snapshot.configurationVersionIds = [...this.snapshot.configurationVersionIds, id];
    this.snapshot.configurationVersionId = id;
  }

  /** A write was in doubt: the run may not be the only one of this request. */
  doubt(why?: string): void {
    this.snapshot.doubted = true;
    if (why !== undefined) this.note({ inDoubt: why });
  }

  /** From now on this is the request's run. What was decided on another one does not count for it. */
  adopt(run: RunReading): void {
    const { snapshot } = this;
    if (snapshot.reading !== undefined && snapshot.reading.id !== run.id) {
      for (const fact of [
        'planSeen',
        'plannedChanges',
        'unlistedChanges',
        'expiresAtMs',
        'restsEmpty',
        'confirmer',
        'deadlinesAtMs',
      ] as const) {
        delete snapshot[fact];
      }
      for (const fact of ['applyAccepted', 'applyMayHaveLanded', 'overridesDone'] as const) delete snapshot[fact];
      snapshot.acts = { apply: 'not-sent', emptyApply: snapshot.acts.emptyApply };
      snapshot.passed = [];
      snapshot.phase = 'queued';
    }
    snapshot.acts.emptyApply = this.request.approval.emptyApply;
    this.observe(run);
  }

  /** TFE made the run with an option that was not asked for: it is ended, whatever it has become. */
  ignoresOption(sentence: string): void {
    this.warn(sentence);
    this.snapshot.optionIgnored = sentence;
    this.beginEnding('option-ignored');
  }

  /** A look from before the accepted apply took effect: a 202 is only queued, and reads may lag behind it. */
  isStale(reading: RunReading): boolean {
    const { applyAccepted } = this.snapshot;
    if (applyAccepted === undefined || Date.now() >= applyAccepted.settlesAtMs) return false;
    return phaseOfRun(reading) === 'awaiting-confirmation';
  }

  /** A look at the run: moves the phase. */
  observe(seen: RunReading): void {
    const { reading: before, restsEmpty, plannedChanges } = this.snapshot;
    // A server that does not tell the counts along with the run was asked for them, once.
    const plan = seen.plan ?? (before?.id === seen.id ? before.plan : undefined);
    const reading: RunReading = { ...seen, ...(plan && { plan }), ...(restsEmpty && { restsEmpty }) };
    this.snapshot.reading = reading;
    this.isShownAgain();
    if (isPastConfirmation(reading) && this.snapshot.applyMayHaveLanded) this.snapshot.acts.apply = 'sent';
    if (phaseOfRun(reading) === 'awaiting-confirmation') this.notApplying();
    if (before?.status !== reading.status && !isKnownStatus(reading.status)) {
      this.warn(`TFE reports the status "${reading.status}", which is not known here: waiting goes on`);
    }
    if (this.runPhase === 'awaiting-confirmation' && plan && plannedChanges) this.snapshot.planSeen = true;
    this.enter(this.shownPhase);
  }

  /** What people are told. That a run waits for them they are told when they can see what it would change. */
  private get shownPhase(): Phase {
    const { acts, planSeen } = this.snapshot;
    if (acts.endedFor !== undefined && nextStep(this.facts).kind === 'end') return 'cleaning-up';
    return this.runPhase === 'awaiting-confirmation' && !planSeen ? 'checking' : this.runPhase;
  }

  private isShownAgain(): void {
    if (this.snapshot.goneSinceMs === undefined) return;
    delete this.snapshot.goneSinceMs;
    this.snapshot.passed = this.snapshot.passed.filter((deadline) => deadline !== 'gone');
  }

  enter(phase: Phase): void {
    if (this.snapshot.phase === phase && this.snapshot.unseen === undefined) return this.onChange('detail');
    delete this.snapshot.unseen;
    this.begin(phase);
    this.onChange('phase');
  }

  /** TFE did not finish a run without changes by itself. */
  letRestEmpty(): void {
    this.snapshot.restsEmpty = true;
    this.warn(`TFE lets run ${this.reading.id} wait although its plan changes nothing: it goes to people`);
    this.observe(this.reading);
  }

  /** When the deadline of a phase passes: its time counts from the first question, also in a later execution. */
  deadlineAtMs(of: 'plan' | 'apply' | 'cleanup', lengthMs: number | undefined): number | undefined {
    if (lengthMs === undefined) return undefined;
    this.snapshot.deadlinesAtMs = { [of]: Date.now() + lengthMs, ...this.snapshot.deadlinesAtMs };
    return this.snapshot.deadlinesAtMs[of];
  }

  /** Somebody confirmed what was to be ended, so it goes on: an ending that is due later has its whole time. */
  leaveCleanup(): void {
    delete this.snapshot.deadlinesAtMs?.cleanup;
    this.snapshot.passed = this.snapshot.passed.filter((deadline) => deadline !== 'cleanup');
  }

  /** From now on the approval can expire. */
  askPeople(): void {
    this.snapshot.expiresAtMs ??= Date.now() + this.request.deadlines.approvalMs;
    this.onChange('detail');
  }

  /** People can see what the run would change, or are told why not: from now on they may approve it. */
  showPlan(plan: { changes?: PlannedChanges; counts?: RunReading['plan'] }): void {
    this.snapshot.planSeen = true;
    if (plan.changes) this.takePlannedChanges(plan.changes);
    if (plan.counts) this.snapshot.reading = { ...this.reading, plan: plan.counts };
    this.enter(this.shownPhase);
  }

  takePlannedChanges({ listed, unlisted }: PlannedChanges): void {
    this.snapshot.plannedChanges = listed;
    if (unlisted.length > 0) this.snapshot.unlistedChanges = unlisted;
  }

  /** TFE accepted the apply: it counts as begun. Search attributes follow when it is seen, or the next phase is. */
  applyWasAccepted(): void {
    this.snapshot.acts.apply = 'sent';
    this.snapshot.applyAccepted = { settlesAtMs: Date.now() + this.request.timing.actionSettlesMs };
    delete this.snapshot.deadlinesAtMs?.apply; // an apply that is sent again has its time again
    this.snapshot.unseen = 'applying';
    this.begin('applying');
    this.onChange('detail');
  }

  /** The apply was sent, and whether it arrived is not known. */
  applyIsInDoubt(why: string): void {
    this.snapshot.acts.apply = 'sent';
    this.snapshot.applyMayHaveLanded = true;
    this.note({ inDoubt: `apply: ${why}` });
  }

  /** A lost apply cannot land any more: what the run shows now is so. */
  applyDoubtIsOver(): void {
    this.note({ inDoubt: undefined });
    if (this.runPhase === 'awaiting-confirmation') this.notApplying();
  }

  /** The run waits for its confirmation after all: what was sent did not count, so a cancel or a reject still does. */
  private notApplying(): void {
    delete this.snapshot.applyAccepted;
    if (this.snapshot.inDoubt === undefined) this.snapshot.acts.apply = 'not-sent';
  }

  confirmedBy(whom: 'us' | 'somebody-else'): void {
    if (whom === 'us') this.snapshot.acts.apply = 'sent';
    else this.snapshot.confirmer = whom;
  }

  /** The run is to be ended from now on. The first reason counts. */
  beginEnding(endedFor: EndedFor): void {
    this.snapshot.acts.endedFor ??= endedFor;
    this.enter('cleaning-up');
  }

  overrideWasTaken(count: number): void {
    this.snapshot.overridesDone = count;
  }

  /** A run of an earlier life of this request holds the workspace. */
  isHeldByEarlierLife(runId: string): void {
    this.snapshot.heldByEarlierLife = runId;
  }

  holdsNoMore(): void {
    delete this.snapshot.heldByEarlierLife;
  }

  /** TFE does not show the run: that is bounded (`goneMs`). */
  noteGone(): void {
    this.snapshot.goneSinceMs ??= Date.now();
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
