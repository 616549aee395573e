import { activityInfo } from '@temporalio/activity';
import type { FailureType, RunOptions, RunReading } from '@runwright/client/contract';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { laterAnswer } from './certain-answer.ts';
import { toReading } from './run-reading.ts';
import { openSendingWindow } from './sending-window.ts';
import { withHeartbeatToItsEnd } from './with-heartbeat.ts';

export interface CreateRunInput {
  workspaceId: string;
  configurationVersionId?: string;
  /** Ends in the marker. */
  message: string;
  options: RunOptions;
  /** Run id of the execution that may send (decision D2): after a reset, nothing is sent. */
  sender: string;
  /** When the request was started, in its first execution. */
  startedAtMs: number;
  /**
   * When the request last looked for its run. If the namespace was restored since then, it has forgotten what was sent.
   */
  lookedUpAtMs?: number;
}

export type CreateRunAnswer =
  | { kind: 'created'; run: RunReading }
  | { kind: 'refused'; type: FailureType; message: string }
  | { kind: 'later'; retryAfterMs: number }
  /** TFE has not unpacked the configuration version yet: nothing was made. */
  | { kind: 'not-processed-yet'; message: string }
  /** The run was no longer wanted when a worker began: nothing was sent. */
  | { kind: 'withdrawn' }
  /** `earlier-execution`: nothing was sent. If there is a run, an execution that is forgotten by now created it. */
  | { kind: 'in-doubt'; why: string; sentBy?: 'earlier-execution' };

export const createRunActivities = ({ tfe, restoredAtMs, attemptState }: ActivityDeps) => ({
  /**
   * POST /runs, at most once. Answers what is certain; everything else is doubt, whatever its type: an allow-list,
   * because a deny-list always misses one.
   */
  async createRun(input: CreateRunInput): Promise<CreateRunAnswer> {
    const { workflowExecution } = activityInfo();
    if (workflowExecution?.runId !== input.sender) {
      const why = 'another execution of this request may have created the run (it was reset)';
      return { kind: 'in-doubt', why, sentBy: 'earlier-execution' };
    }
    const [whyNot, restored] = await Promise.all([openSendingWindow({ attemptState }), restoredAtMs()]);
    if (restored !== undefined && Math.max(input.startedAtMs, input.lookedUpAtMs ?? 0) < restored) {
      const why = 'the namespace was restored from a backup, which may have forgotten the run';
      return { kind: 'in-doubt', why, sentBy: 'earlier-execution' };
    }
    const notSent = whyNot();
    if (notSent === 'withdrawn') return { kind: 'withdrawn' };
    if (notSent !== undefined) return { kind: 'in-doubt', why: notSent.why };
    try {
      const { options, workspaceId, configurationVersionId, message } = input;
      const asked = { ...options, workspaceId, configurationVersionId, message, autoApply: false };
      const run = await withHeartbeatToItsEnd(() => tfe.runs.create(asked));
      return { kind: 'created', run: toReading(run) };
    } catch (error) {
      return answerOfRefusal(error);
    }
  },
});

function answerOfRefusal(error: unknown): CreateRunAnswer {
  const why = error instanceof TfeError ? error.message : 'the worker failed while it sent the request';
  if (!(error instanceof TfeError)) return { kind: 'in-doubt', why };
  switch (error.kind) {
    case 'rate-limited': // refused before anything is executed
      return laterAnswer(error);
    case 'unauthorized':
      return { kind: 'refused', type: 'unauthorized', message: `${why}: check the token (runwright doctor)` };
    case 'forbidden':
    case 'not-found':
      return {
        kind: 'refused',
        type: 'permission-missing',
        message: `${why}: the token may not queue runs here, or the workspace is gone`,
      };
    case 'invalid': // 400 and 422 are TFE's own words; other 4xx come from a proxy before it
      if (isStillProcessing(error)) return { kind: 'not-processed-yet', message: why };
      if (error.facts.status === 400 || error.facts.status === 422)
        return { kind: 'refused', type: 'run-refused', message: why };
      return { kind: 'in-doubt', why };
    case 'conflict':
      return { kind: 'refused', type: 'run-refused', message: why };
    case 'too-large':
    case 'server':
    case 'no-answer':
    case 'unreadable-answer':
      return { kind: 'in-doubt', why };
  }
}

// TFE says so only in words: status and title are those of any wrong attribute.
const isStillProcessing = ({ facts }: TfeError): boolean =>
  facts.status === 422 && /configuration version is still being processed/i.test(facts.detail ?? '');
