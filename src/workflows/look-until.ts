import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { Pace } from '../domain/poll-delay.ts';
import { isPastConfirmation, phaseOfRun } from '../domain/run-phase.ts';
import type { Phase } from '../contract/phase.ts';
import type { RunReading } from '../contract/run-reading.ts';
import { afterResults } from './after-results.ts';
import { isTooLong, startAfresh } from './fresh-execution.ts';
import type { Job } from './job.ts';
import type { RunState } from './run-state.ts';

export interface Wait {
  /** When waiting is over: a pure look at the state. */
  over: () => boolean;
  pace: Pace;
  /** In one sentence, for people. */
  waitingFor: string;
  /** Absolute; the answer is then 'deadline'. */
  deadlineAtMs?: number | undefined;
  deadlineSummary?: string;
  /** Whether TFE moves from one of its working phases to the next is not worth telling at once. */
  quiet?: 'yes';
  /** Also ask whether applies are still paused. */
  pauseIsNews?: 'yes';
  /** Continue-as-new happens only where the story can be taken up again from the state alone. */
  mayContinueAsNew?: 'yes';
}

/**
 * Looks at the run until the wait is over: one watching activity that fails benignly until something changed, cut
 * short by a nudge (design D4). Runs in a non-cancellable scope: a cancellation is one of the things `over` sees.
 */
export async function lookUntil(job: Job, wait: Wait): Promise<'over' | 'deadline'> {
  const { state } = job;
  if (wait.over()) return 'over';
  const startedAtMs = Date.now();
  state.nudged = 'no'; // the first look comes at once anyway
  state.note({ waitingFor: wait.waitingFor });
  const deadline = startDeadline(job, wait);
  try {
    while (!wait.over()) {
      if (deadline.passed()) return 'deadline';
      if (isTooLongFor(job, wait)) await startAfresh(job);
      await lookOnce(job, wait, startedAtMs, deadline.passed);
    }
    return 'over';
  } finally {
    deadline.cancel();
    state.note({ waitingFor: undefined });
  }
}

/** One turn: ends with a change of the run, a nudge that was followed, or something that ends the wait. */
async function lookOnce(job: Job, wait: Wait, startedAtMs: number, deadlinePassed: () => boolean): Promise<void> {
  const { state, steps } = job;
  const isOver = () => wait.over() || deadlinePassed() || isTooLongFor(job, wait);
  await untilAnswered(
    async () => takeNews(job, await steps.watchRun(watchInput(job, wait, startedAtMs))),
    () => state.nudged === 'yes' || isOver(),
  );
  // Nudges that arrive during the read set the flag again, so the newest is never lost.
  while (state.nudged === 'yes' && !isOver()) {
    state.nudged = 'no';
    await untilAnswered(
      async () => takeNudgedRead(job, wait, await steps.readRun({ runId: state.reading.id })),
      isOver,
    );
  }
}

/** Asks TFE until it has answered, or gives the question up: TFE may refuse to answer for hours. */
async function untilAnswered(ask: () => Promise<void>, givesUp: () => boolean): Promise<void> {
  const turn = { answered: false };
  const scope = new CancellationScope({ cancellable: true });
  const asking = scope.run(async () => {
    try {
      await ask();
    } catch (error) {
      // Whatever a scope that we canceled ourselves throws is only the end of this turn.
      if (!isCancellation(error) && !scope.consideredCancelled) throw error;
    } finally {
      turn.answered = true;
    }
  });
  await condition(() => turn.answered || givesUp());
  if (!turn.answered) scope.cancel();
  await asking;
}

type News = Awaited<ReturnType<Job['steps']['watchRun']>>;

function takeNews({ state }: Job, news: News): void {
  if (news.plannedChanges) state.data.plannedChanges = news.plannedChanges;
  if (news.reading && !state.isStale(news.reading)) state.observe(news.reading);
  if ('blocker' in news) state.note({ blocker: news.blocker ?? undefined });
  if (news.pause === 'over') state.note({ blocker: undefined });
  if (news.heldBy === 'own-run') state.data.doubt = 'once';
}

// As in a watched look, a blocker is of the phase in which it was seen; a pause ends by itself.
function takeNudgedRead(job: Job, wait: Wait, reading: RunReading): void {
  const isNewPhase = phaseOfRun(reading) !== knownPhase(job.state);
  takeNews(job, { reading, ...(isNewPhase && wait.pauseIsNews === undefined && { blocker: null }) });
}

// While a run is ended it is followed by TFE's own phase; "cleaning-up" is ours alone.
const knownPhase = (state: RunState): Phase =>
  state.phase === 'cleaning-up' ? phaseOfRun(state.reading) : state.phase;

const isAssumed = (state: RunState): boolean => state.phase === 'applying' && !isPastConfirmation(state.reading);

// Shorter than this nobody follows the phases of a plan; longer, people want to see them.
const QUIET_MS = 5_000;

function watchInput({ state }: Job, wait: Wait, waitStartedAtMs: number) {
  const { request } = state.accepted;
  return {
    runId: state.reading.id,
    workspaceId: state.data.workspaceId ?? '',
    known: {
      phase: knownPhase(state),
      ...(isAssumed(state) && { confirmation: 'assumed' as const }),
      ...(state.data.blocker && { blocker: state.data.blocker }),
    },
    pace: wait.pace,
    waitStartedAtMs,
    timing: request.timing,
    ...(wait.quiet && { quietUntilMs: waitStartedAtMs + QUIET_MS }),
    ...(state.data.applySettlesAtMs !== undefined && { applySettlesAtMs: state.data.applySettlesAtMs }),
    ...(state.data.plannedChanges === undefined && { plannedChanges: 'wanted' as const }),
    ...(wait.pauseIsNews && { pausedIn: { organization: request.organization, workspace: request.workspace } }),
  };
}

function startDeadline({ state }: Job, wait: Wait) {
  if (wait.deadlineAtMs === undefined) return { passed: () => false, cancel: () => {} };
  let passed = false;
  const scope = new CancellationScope({ cancellable: true });
  const remainingMs = Math.max(1, wait.deadlineAtMs - Date.now());
  const timer = scope.run(async () => {
    await sleep(remainingMs, { summary: wait.deadlineSummary ?? 'deadline' });
    await afterResults(state, () => (passed = true));
  });
  timer.catch(() => {}); // canceled when the wait is over sooner
  return { passed: () => passed, cancel: () => scope.cancel() };
}

const isTooLongFor = (job: Job, wait: Wait): boolean => wait.mayContinueAsNew === 'yes' && isTooLong(job);
