import { randomUUID } from 'node:crypto';
import type { Decision, DecisionAnswer } from './contract/decision.ts';
import {
  approveSignal,
  decideUpdate,
  explainCancelSignal,
  overrideSignal,
  rejectSignal,
  viewQuery,
} from './contract/messages.ts';
import { requestAddressOf } from './contract/names.ts';
import type { Cancellation } from './contract/run-view.ts';
import { refusalSentence } from './domain/approval.ts';
import { parseCancellation } from './domain/cancellation.ts';
import { parseDecision } from './domain/sent-message.ts';
import { InvalidRequestError, NoWorkerAnswerError, RequestEndedError, RequestNotFoundError } from './errors.ts';
import type { TemporalAccess } from './temporal/temporal-access.ts';
import { workflowStateOf } from './temporal/workflow-state.ts';

/** A decision as its sender writes it; it is bound to the run it names. */
export interface DecisionInput {
  runId: string;
  by: string;
  comment?: string;
  /** The same id twice is one decision; a random one unless given. */
  decisionId?: string;
}

/** One person’s rejection of a planned run. */
export interface RejectionInput extends Omit<DecisionInput, 'comment'> {
  reason: string;
}

const SIGNALS = { approve: approveSignal, reject: rejectSignal, override: overrideSignal };

/**
 * Sends the signal `approve`, `reject` or `override`. Temporal keeps it, even while no worker is up. Only the workflow
 * decides whether it counts: `answerTo`. Resolves with the decision's id.
 */
export async function signalDecision(
  temporal: TemporalAccess,
  workflowId: string,
  choice: Decision['choice'],
  sent: DecisionInput | RejectionInput,
): Promise<string> {
  const decision = { ...sent, decisionId: sent.decisionId ?? randomUUID() };
  refuseMalformed({ ...decision, choice });
  const handle = temporal.client.workflow.getHandle(workflowId);
  const signal = SIGNALS[choice];
  await tell(temporal, workflowId, () => handle.signal(signal, decision));
  return decision.decisionId;
}

/** How the workflow answered a signalled decision; undefined while it has not seen it, or if no worker answers. */
export async function answerTo(
  temporal: TemporalAccess,
  workflowId: string,
  decisionId: string,
): Promise<DecisionAnswer | undefined> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  // Temporal answers a query after the events that came before it, so one look is enough if a worker is up.
  const view = await temporal
    .call(() => handle.query(viewQuery), { id: workflowId, deadlineMs: 5_000 })
    .catch(() => undefined);
  const decision = view?.approval.decisions.findLast((recorded) => recorded.decisionId === decisionId);
  if (view === undefined || decision === undefined) return undefined;
  const { verdict, missing } = view.approval;
  if (decision.ignored === undefined) return { kind: 'counted', verdict, missing };
  return { kind: 'refused', refusal: decision.ignored, message: refusalSentence(decision.ignored), verdict, missing };
}

/** Sends the update `decide` and waits for its answer; needs a worker. Safe to repeat with the same decisionId. */
export async function decideByUpdate(
  temporal: TemporalAccess,
  workflowId: string,
  decision: (DecisionInput & { choice: 'approve' | 'override' }) | (RejectionInput & { choice: 'reject' }),
): Promise<DecisionAnswer> {
  refuseMalformed(decision);
  const decisionId = decision.decisionId ?? randomUUID();
  const handle = temporal.client.workflow.getHandle(workflowId);
  return await tell(temporal, workflowId, () =>
    handle.executeUpdate(decideUpdate, { args: [{ ...decision, decisionId }], updateId: decisionId }),
  );
}

/**
 * Temporal silently accepts the cancellation of an ended workflow, so its state is read first. A signal says before who
 * cancels and why; if that signal fails, the cancellation is still sent.
 */
export async function cancelRequest(
  temporal: TemporalAccess,
  workflowId: string,
  cancellation?: Cancellation,
): Promise<void> {
  const parsed = cancellation && parseCancellation(cancellation);
  if (parsed?.kind === 'refused') throw new InvalidRequestError([parsed.reason]);
  const handle = temporal.client.workflow.getHandle(workflowId);
  const described = await temporal.call(() => handle.describe(), { id: workflowId });
  if (workflowStateOf(described) !== 'running') throw endedRequest(workflowId);
  if (parsed !== undefined) {
    const explaining = temporal.call(() => handle.signal(explainCancelSignal, parsed.cancellation), { id: workflowId });
    await explaining.catch(() => {});
  }
  await tell(temporal, workflowId, () => handle.cancel());
}

/** Sends a message to a running request. Distinguishes "has ended" from "never was", which Temporal answers alike. */
export async function tell<T>(temporal: TemporalAccess, workflowId: string, send: () => Promise<T>): Promise<T> {
  try {
    return await temporal.call(send, { id: workflowId });
  } catch (error) {
    if (!(error instanceof RequestNotFoundError) && !(error instanceof NoWorkerAnswerError)) throw error;
    const handle = temporal.client.workflow.getHandle(workflowId);
    const described = await temporal.call(() => handle.describe(), { id: workflowId });
    throw workflowStateOf(described) === 'running' ? error : endedRequest(workflowId);
  }
}

/** Names the request by its key: people call it that, and the next command takes it. */
const endedRequest = (workflowId: string): RequestEndedError =>
  new RequestEndedError(requestAddressOf(workflowId)?.key ?? workflowId);

function refuseMalformed(sent: unknown): void {
  const parsed = parseDecision(sent);
  if (parsed.kind === 'refused') throw new InvalidRequestError([parsed.reason]);
}
