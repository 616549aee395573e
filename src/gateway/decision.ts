import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type DecisionAnswer,
  type DecisionInput,
  InvalidRequestError,
  NoWorkerAnswerError,
  type RejectionInput,
  type RunwrightClient,
} from '@runwright/client';
import { decisionId, runId } from './ids.ts';
import { person } from './person.ts';

const sent = { runId, by: person, decisionId: decisionId.optional() };
const decisionBody = z.discriminatedUnion('choice', [
  z.strictObject({ choice: z.literal('approve'), ...sent, comment: z.string().max(1_000).optional() }),
  z.strictObject({ choice: z.literal('reject'), ...sent, reason: z.string().trim().min(1).max(1_000) }),
]);

/** A decision with an id: however often it is sent, it is one decision. */
export type SentDecision = { decisionId: string } & (
  (DecisionInput & { choice: 'approve' }) | (RejectionInput & { choice: 'reject' })
);

/** Throws InvalidRequestError with every fault. The id is the caller's, or a random one. */
export function readDecision(body: unknown): SentDecision {
  const parsed = decisionBody.safeParse(body);
  if (!parsed.success) {
    throw new InvalidRequestError(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'decision'}: ${message}`),
    );
  }
  const id = parsed.data.decisionId ?? randomUUID();
  if (parsed.data.choice === 'reject') return { ...parsed.data, decisionId: id };
  const { comment, ...approval } = parsed.data;
  return { ...approval, decisionId: id, ...(comment !== undefined && { comment }) };
}

/** Temporal keeps it until a worker is up. The view then shows whether it counts. */
export interface DecisionKept {
  kind: 'kept';
}

/**
 * Asks for the workflow's answer. If no worker answers, leaves the decision with Temporal as a signal. The same
 * decisionId makes both one decision, in case the update arrived after all.
 */
export async function decide(
  client: Pick<RunwrightClient, 'decide' | 'approve' | 'reject'>,
  workflowId: string,
  decision: SentDecision,
): Promise<DecisionAnswer | DecisionKept> {
  try {
    return await client.decide(workflowId, decision);
  } catch (error) {
    if (!(error instanceof NoWorkerAnswerError)) throw error;
  }
  if (decision.choice === 'approve') await client.approve(workflowId, decision);
  else await client.reject(workflowId, decision);
  return { kind: 'kept' };
}
