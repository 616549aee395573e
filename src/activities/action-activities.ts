import { signedComment } from '../domain/apply-comment.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { certainAnswer } from './certain-answer.ts';
import { passGate, type NotSent } from './gate.ts';
import { openSendingWindow, type SendingWindow } from './sending-window.ts';
import { withHeartbeatToItsEnd } from './with-heartbeat.ts';

/** Answer of an act that was tried once. After anything but `accepted` the workflow reads the run (decision D3). */
export type SendingAnswer =
  | { kind: 'accepted' }
  | { kind: 'refused'; message: string }
  | { kind: 'later'; retryAfterMs: number }
  /** The act was no longer wanted when a worker began it: nothing was sent. */
  | { kind: 'withdrawn' }
  | { kind: 'in-doubt'; why: string };

/** The same for an act that goes through the gate. */
export type ActionAnswer = SendingAnswer | NotSent;

export interface ActionInput {
  runId: string;
  /** TFE shows it beside the act: who decided, by which rule, for which request. */
  comment: string;
}

export interface ApplyInput extends ActionInput {
  organization: string;
  workspace: string;
}

/**
 * Each act first looks at the run, and is sent only for the request that made the run: GET, then POST (docs/adr/0013).
 * The sending window opens after the look, however long TFE took for it.
 */
export const createActionActivities = (deps: ActivityDeps) => ({
  /**
   * GET run, POST apply, unless applies are paused. Asks Temporal for a pause right before, so that no pause is
   * overtaken.
   */
  async applyRun({
    runId,
    comment,
    organization,
    workspace,
  }: ApplyInput): Promise<ActionAnswer | { kind: 'paused'; blocker: string }> {
    const gate = await passGate(deps, { runId, act: 'advance' });
    if (gate.kind !== 'open') return gate;
    const opening = openSendingWindow(deps);
    const [whyNot, pause] = await Promise.all([opening, deps.findPause({ organization, workspace })]);
    if (pause) {
      const where = pause.scope === 'installation' ? 'all applies are' : `applies in ${organization}/${workspace} are`;
      return { kind: 'paused', blocker: `${where} paused by ${pause.by}${pause.reason ? `: ${pause.reason}` : ''}` };
    }
    // Signed behind the gate. A request that has forgotten sending its apply recognizes it by this signature.
    const { workflowId } = gate.caller;
    const signature = deps.signer.sign(comment, { purpose: 'apply-comment', workflowId, runId });
    return act(whyNot, () => deps.tfe.runs.apply(runId, { comment: signedComment(comment, signature) }));
  },

  /** GET run, POST discard. */
  discardRun: async ({ runId, comment }: ActionInput): Promise<ActionAnswer> =>
    await end(deps, runId, () => deps.tfe.runs.discard(runId, { comment })),

  /** GET run, POST cancel: asks terraform to stop. Never forced. */
  cancelRun: async ({ runId, comment }: ActionInput): Promise<ActionAnswer> =>
    await end(deps, runId, () => deps.tfe.runs.cancel(runId, { comment })),
});

async function end(deps: ActivityDeps, runId: string, send: () => Promise<void>): Promise<ActionAnswer> {
  const gate = await passGate(deps, { runId, act: 'end' });
  return gate.kind === 'open' ? await act(await openSendingWindow(deps), send) : gate;
}

/** Sends one act, once, and answers what is certain of it. */
export async function act(whyNot: SendingWindow, send: () => Promise<void>): Promise<SendingAnswer> {
  try {
    const notSent = whyNot();
    if (notSent === 'withdrawn') return { kind: 'withdrawn' };
    if (notSent !== undefined) return { kind: 'in-doubt', why: notSent.why };
    await withHeartbeatToItsEnd(send);
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof TfeError)) return { kind: 'in-doubt', why: 'the worker failed while it sent the request' };
    const answer = certainAnswer(error);
    return answer.kind === 'no-answer' ? { kind: 'in-doubt', why: answer.why } : answer;
  }
}
