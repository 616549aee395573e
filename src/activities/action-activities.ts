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
  /** Nobody wanted it any more when a worker began it: nothing was sent. */
  | { kind: 'withdrawn' }
  | { kind: 'in-doubt'; why: string };

/** The same of an act that goes through the gate. */
export type ActionAnswer = SendingAnswer | NotSent;

export interface ActionInput {
  runId: string;
  /** Stands in TFE beside the act: who decided, by which rule, for which request. */
  comment: string;
}

export interface ApplyInput extends ActionInput {
  organization: string;
  workspace: string;
}

/**
 * Each looks at the run first, and sends only for the request that made it: GET, then POST (docs/adr/0013). The time in
 * which it may send is opened after the look, however long TFE took for that.
 */
export const createActionActivities = (deps: ActivityDeps) => ({
  /** GET run, POST apply, unless applies are paused: Temporal is asked right before, so that no pause is overtaken. */
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
    // Signed behind the gate: by this the request knows its own apply again, where it has forgotten that it sent it.
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

/** Sends one act, once, and tells what is certain of it. */
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
