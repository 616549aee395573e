import type { TfeError } from '../tfe/http/tfe-error.ts';

/** What is certain of a request that TFE did not carry out, or of which nobody knows whether it did. */
export type CertainAnswer =
  /** TFE's own word: it was not carried out, and will not be. */
  | { kind: 'refused'; message: string }
  | LaterAnswer
  /** No word of TFE's: a request that changes something may have done so. */
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

/** The one place that says which answers of TFE are its word: an allow-list, because a list of the others misses one. */
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
