import type { Orphan, OrphanAnswer, RunReading, SparedBecause } from '@runwright/client/contract';
import { isFinalRun, isPastConfirmation } from '@runwright/client/domain';
import { readMarker, whoseRun } from '../domain/run-marker.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import { act, type SendingAnswer } from './action-activities.ts';
import type { ActivityDeps, Liveness } from './activity-deps.ts';
import { endingActionOf, lifeOf } from './reaper-activities.ts';
import { toReading } from './run-reading.ts';
import { openSendingWindow } from './sending-window.ts';
import { isRefusal } from './to-failure.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** As the listing found it. */
export type OrphanToEnd = Pick<Orphan, 'runId' | 'workflowId'>;

/** What was done, and what came of it. */
export type OrphanEnding = Pick<Orphan, 'action'> & { status?: string } & OrphanAnswer;

export const createEndOrphanActivities = (deps: ActivityDeps) => ({
  /**
   * GET run, then POST discard or cancel, at most once. A pass lists for minutes. Meanwhile a person may confirm the
   * run, or the workflow may be reset, so both are read again right before anything is sent.
   */
  async endOrphan(orphan: OrphanToEnd): Promise<OrphanEnding> {
    const opening = openSendingWindow(deps);
    const [whyNot, looked] = await Promise.all([opening, lookAgain(deps, orphan)]);
    if ('answer' in looked) return { action: 'leave', ...looked };
    const { run, workflow } = looked;
    const why = whyToSpare(deps, { orphan, run, workflow });
    if (why !== undefined) return { action: 'leave', status: run.status, answer: 'spared', why };
    const action = endingActionOf(run);
    const comment = `The workflow of this run is gone (${workflow.state}): ended by Runwright's reaper.`;
    const send = action === 'discard' ? deps.tfe.runs.discard : deps.tfe.runs.cancel;
    const answer = await act(whyNot, () => send(run.id, { comment }));
    return { action, status: run.status, ...told(answer) };
  },
});

interface Looked {
  run: RunReading;
  workflow: Liveness;
}

/** Nothing was sent, because the run or its workflow could not be read. */
interface NotSeen {
  answer: 'refused' | 'later';
  why: string;
}

async function lookAgain(
  { tfe, liveness }: ActivityDeps,
  { runId, workflowId }: OrphanToEnd,
): Promise<Looked | NotSeen> {
  try {
    const [run, workflow] = await Promise.all([
      withHeartbeat((signal) => tfe.runs.read(runId, { signal })),
      liveness(workflowId),
    ]);
    return { run: toReading(run), workflow };
  } catch (error) {
    if (isRefusal(error)) return { answer: 'refused', why: error.message };
    return { answer: 'later', why: error instanceof TfeError ? error.message : 'Temporal did not say who lives' };
  }
}

function whyToSpare(
  ours: Pick<ActivityDeps, 'installation' | 'namespaceId'>,
  { orphan, run, workflow }: Looked & { orphan: OrphanToEnd },
): SparedBecause | undefined {
  const marker = readMarker(run.message);
  if (marker?.workflowId !== orphan.workflowId || whoseRun(marker, ours) !== 'ours') return 'not-ours';
  if (isFinalRun(run)) return 'final';
  if (isPastConfirmation(run)) return 'being-applied';
  const life = lifeOf(marker, workflow);
  if (life === 'lives' || life === 'another-life') return life;
  return endingActionOf(run) === 'leave' ? 'not-endable' : undefined;
}

function told(answer: SendingAnswer): OrphanAnswer {
  switch (answer.kind) {
    case 'accepted':
      return { answer: 'accepted' };
    case 'refused':
      return { answer: 'refused', why: answer.message };
    case 'later':
      return { answer: 'later', why: 'TFE is rate limiting' };
    case 'withdrawn': // the pass was canceled: nothing was sent
      return { answer: 'later', why: 'the pass was canceled' };
    case 'in-doubt':
      return { answer: 'in-doubt', why: answer.why };
  }
}
