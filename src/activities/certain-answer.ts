import type { TfeError } from '../tfe/http/tfe-error.ts';

/** What is certain of a request that TFE did not carry out, or that it may have carried out without an answer. */
export type CertainAnswer =
  /** TFE itself says: it was not carried out, and will not be. */
  | { kind: 'refused'; message: string }
  | LaterAnswer
  /** TFE did not answer: a request that changes something may have done so. */
  | { kind: 'no-answer'; why: string };

/** Refused before it was carried out: TFE is rate limiting. */
export interface LaterAnswer {
  kind: 'later';
  retryAfterMs: number;
}

const RATE_LIMIT_WITHOUT_RESET_MS = 1_000;

export const laterAnswer = ({ facts }: TfeError): LaterAnswer => ({
  kind: 'later',
  retryAfterMs: facts.retryAfterMs ?? RATE_LIMIT_WITHOUT_RESET_MS,
});

/** The one place that says which answers are TFE's own word. An allow-list, because a deny-list always misses one. */
export function certainAnswer(error: TfeError): CertainAnswer {
  switch (error.kind) {
    case 'rate-limited':
      return laterAnswer(error);
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'conflict':
    case 'invalid':
    case 'too-large':
      return { kind: 'refused', message: error.message };
    case 'server': // a compatible server answers 500 where TFE answers 409
    case 'no-answer':
    case 'unreadable-answer':
      return { kind: 'no-answer', why: error.message };
  }
}
