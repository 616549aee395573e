import type { Decision } from '../contract/decision.ts';
import { faultOfName } from '../contract/person-name.ts';

/** A decision as somebody sent it, before it is known whether it counts. */
export type SentDecision = Omit<Decision, 'at' | 'ignored'>;

export type ParsedDecision = { kind: 'decision'; decision: SentDecision } | { kind: 'refused'; reason: string };

const MAX_TEXT = 1_000;
const MAX_NAME = 255;

/**
 * Reads a hand-sent approve, reject, override or decide. Total: answers for any value and never throws, because an error in a
 * handler would wedge the workflow (decision D6).
 */
export function parseDecision(sent: unknown, choiceOfSignal?: Decision['choice']): ParsedDecision {
  try {
    return readDecision(sent, choiceOfSignal);
  } catch {
    return refused('it could not be read'); // a getter or proxy that throws: no JSON does, but a payload codec might
  }
}

function readDecision(sent: unknown, choiceOfSignal: Decision['choice'] | undefined): ParsedDecision {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return refused('it must be one JSON object: {"runId": "run-…", "by": "your name"}');
  }
  const message = sent as Record<string, unknown>;
  const choice = choiceOfSignal ?? message['choice'];
  if (choice !== 'approve' && choice !== 'reject' && choice !== 'override')
    return refused('choice must be "approve", "reject" or "override"');
  const runId = nonEmpty(message['runId'], MAX_NAME);
  if (runId === undefined) return refused('runId must name the run that the decision is about');
  const by = nonEmpty(message['by'], MAX_NAME);
  if (by === undefined) return refused('by must name the person who decided, in at most 255 characters');
  const fault = faultOfName(by);
  if (fault !== undefined) return refused(`by ${fault}`);
  const text = message[choice === 'reject' ? 'reason' : 'comment'];
  if (isGiven(text) && typeof text !== 'string') {
    return refused(`${choice === 'reject' ? 'reason' : 'comment'} must be text`);
  }
  const decisionId = nonEmpty(message['decisionId'], MAX_NAME);
  if (isGiven(message['decisionId']) && decisionId === undefined) {
    return refused('decisionId must be text of at most 255 characters');
  }
  return {
    kind: 'decision',
    decision: {
      choice,
      runId,
      by,
      ...(typeof text === 'string' && text !== '' && { comment: text.slice(0, MAX_TEXT).toWellFormed() }),
      ...(decisionId !== undefined && { decisionId }),
    },
  };
}

const refused = (reason: string): ParsedDecision => ({ kind: 'refused', reason });

// Other languages write an absent field as null.
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function nonEmpty(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toWellFormed(); // half a character would make a protobuf string that the server refuses
  return text === '' || text.length > longest ? undefined : text;
}
