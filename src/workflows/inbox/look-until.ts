import { workflowInfo } from '@temporalio/workflow';
import { isEmptyAndConfirmable, isPastConfirmation, phaseOfRun } from '@runwright/client/domain';
import type { News } from '../../activities/watch-run.ts';
import type { Pace } from '../../domain/poll-delay.ts';
import { Alarm } from './alarm.ts';
import { armDeadlines } from './arm-deadlines.ts';
import { isTooLong, startAfresh } from '../fresh-execution.ts';
import type { RequestContext } from '../request-context.ts';
import { readNow } from './read-unless.ts';
import type { RunState } from '../state/run-state.ts';
import { askUnless } from './stand-still.ts';
import { takeNews } from '../state/take-news.ts';

export interface Wait {
  /** When the wait is over. Only reads the state. */
  over: () => boolean;
  pace: Pace;
  /** In one sentence, for people. */
  waitingFor: string;
  /**
   * `closely`: TFE was asked for something that advances or ends the run, so this look must not queue behind all
   * others.
   */
  look?: 'closely';
  /** Absolute; the answer is then 'deadline'. */
  deadlineAtMs?: number | undefined;
  deadlineSummary?: string;
  /** A change between TFE's own working phases need not be shown at once. */
  quiet?: true;
  /** Also ask whether applies are still paused. */
  pauseIsNews?: true;
  /** May end in continue-as-new. Set it only where the state alone is enough to resume. */
  mayContinueAsNew?: true;
}

/**
 * Looks at the run until the wait is over: one watching activity fails benignly until something has changed, and a
 * nudge cuts it short (docs/adr/0003). `over` must see everything that can end the wait early.
 */
export async function lookUntil(context: RequestContext, wait: Wait): Promise<'over' | 'deadline'> {
  const { state } = context;
  if (wait.over()) return 'over';
  const startedAtMs = Date.now();
  // The first look happens at once, so an earlier nudge is answered by it. Early decisions need a look of their own.
  if (state.data.early.length === 0) state.nudged = false;
  state.note({ waitingFor: wait.waitingFor });
  const { deadlineAtMs: atMs, deadlineSummary: summary = 'deadline' } = wait;
  const alarm = atMs === undefined ? undefined : new Alarm(state.inbox, { atMs, summary });
  try {
    while (!wait.over()) {
      if (alarm?.hasRung) return 'deadline';
      if (isTooLongFor(context, wait)) await startAfresh(context);
      armDeadlines(context);
      await lookOnce(context, wait, { startedAtMs, alarm });
    }
    return 'over';
  } finally {
    alarm?.stop();
    state.note({ waitingFor: undefined });
  }
}

interface Turn {
  startedAtMs: number;
  alarm: Alarm | undefined;
}

/** One turn. Ends when the run has changed, a nudge was followed, or something ends the wait. */
async function lookOnce(context: RequestContext, wait: Wait, { startedAtMs, alarm }: Turn): Promise<void> {
  const { state, steps } = context;
  const { canceled } = state;
  // A cancellation that does not end the wait still moves its deadlines.
  const isOver = () =>
    wait.over() || alarm?.hasRung === true || state.canceled !== canceled || isTooLongFor(context, wait);
  if (!state.nudged) {
    const watch = wait.look === 'closely' ? steps.watchClosely : steps.watchRun;
    const step = watch(watchInput(context, wait, startedAtMs));
    const news = await askUnless(state.inbox, step, () => state.nudged || isOver());
    if (news !== 'given-up') takeNews(state, news);
  }
  // Nudges that arrive during the read set the flag again, so the newest is never lost.
  while (state.nudged && !isOver()) {
    state.nudged = false;
    const news = await askUnless(state.inbox, readNow(context, state.reading.id), isOver);
    if (news === 'given-up') continue;
    takeRead(state, news, wait);
    if (!wait.over()) state.decisions.weighEarly();
  }
}

// As in a watched look, a blocker belongs to the phase in which it was seen. A pause ends by itself.
function takeRead(state: RunState, news: News, wait: Wait): void {
  const isNewPhase = news.reading !== undefined && phaseOfRun(news.reading) !== state.runPhase;
  takeNews(state, { ...(isNewPhase && wait.pauseIsNews === undefined && { blocker: null }), ...news });
}

const isAssumed = ({ data, reading }: RunState): boolean =>
  data.applyAccepted !== undefined && !isPastConfirmation(reading);

// Nobody follows the phases of a plan during its first 5 s. After that people want to see them.
const QUIET_MS = 5_000;

function watchInput({ state }: RequestContext, wait: Wait, waitStartedAtMs: number) {
  const { request } = state.accepted;
  const { data } = state;
  return {
    runId: state.reading.id,
    workspaceId: data.workspaceId ?? '',
    firstExecutionRunId: workflowInfo().firstExecutionRunId,
    known: {
      phase: state.runPhase,
      ...(isAssumed(state) && { confirmation: 'assumed' as const }),
      ...(data.blocker && { blocker: data.blocker }),
      ...(isEmptyAndConfirmable(state.reading) && { emptyAndConfirmable: true as const }),
    },
    pace: wait.pace,
    waitStartedAtMs,
    timing: request.timing,
    ...(wait.quiet && { quietUntilMs: waitStartedAtMs + QUIET_MS }),
    ...(data.applyAccepted && { applySettlesAtMs: data.applyAccepted.settlesAtMs }),
    ...(data.plannedChanges === undefined && { plannedChanges: 'wanted' as const }),
    ...(data.restsEmpty && { restsEmpty: true as const }),
    ...(wait.pauseIsNews && { pausedIn: { organization: request.organization, workspace: request.workspace } }),
  };
}

const isTooLongFor = (context: RequestContext, wait: Wait): boolean =>
  wait.mayContinueAsNew === true && isTooLong(context);
