/**
 * What went wrong, read from the HTTP status alone: an unreadable body never changes it.
 * - `unauthorized` 401 · `forbidden` 403 (TFE itself answers 404; compatible servers answer 403) · `not-found` 404, which also means
 *   "no permission", "not licensed" or "not visible yet" · `conflict` 409 · `invalid` 400, 422 and every other 4xx · `too-large` 413 ·
 *   `rate-limited` 429 · `server` 5xx
 * - `no-answer` no status came at all (network, TLS, timeout, the caller's own cancellation), or 408: the server waited in vain for the request
 * - `unreadable-answer` a 2xx whose body is cut off, not JSON or not the document asked for; or a redirect where none belongs
 */
export const TFE_ERROR_KINDS = [
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'invalid',
  'too-large',
  'rate-limited',
  'server',
  'no-answer',
  'unreadable-answer',
] as const;
export type TfeErrorKind = (typeof TFE_ERROR_KINDS)[number];

/** Why there was no answer, or why it could not be read. */
export type TfeErrorReason =
  | 'timeout'
  | 'canceled'
  | 'connection-refused'
  | 'unknown-host'
  | 'connection-lost'
  | 'untrusted-certificate'
  | 'proxy-refused'
  | 'network'
  | 'redirected'
  | 'half-answer'
  | 'not-json'
  | 'unexpected-document'
  | 'too-long';

export interface TfeFacts {
  status?: number;
  /** TFE's short text, e.g. "transition not allowed". */
  title?: string;
  /** TFE's long text, at most 1,000 characters; links and tokens are taken out. */
  detail?: string;
  /** From X-RateLimit-Reset or Retry-After; at least 1. */
  retryAfterMs?: number;
  reason?: TfeErrorReason;
  /** Who issued the certificate that is not trusted. */
  issuer?: string;
}

/** Every call of the TFE client rejects with this and nothing else. Safe to print: no URL, header, body or library error in it. */
export class TfeError extends Error {
  override readonly name = 'TfeError';
  readonly kind: TfeErrorKind;
  /** The step in words, e.g. "create run". */
  readonly operation: string;
  readonly facts: TfeFacts;

  constructor(kind: TfeErrorKind, operation: string, facts: TfeFacts = {}) {
    super(`TFE ${operation}: ${describe(kind, facts)}`);
    this.kind = kind;
    this.operation = operation;
    this.facts = facts;
  }
}

function describe(kind: TfeErrorKind, { status, title, detail, reason, issuer }: TfeFacts): string {
  const words = title ?? (reason === undefined ? kind : REASON_TEXT[reason]);
  const more = [
    detail !== undefined && detail !== title ? `: ${detail}` : '',
    issuer === undefined ? '' : ` (issued by ${issuer})`,
    status === undefined ? '' : ` (HTTP ${status})`,
  ];
  return words + more.join('');
}

const REASON_TEXT: Record<TfeErrorReason, string> = {
  timeout: 'no answer in time',
  canceled: 'canceled by the caller',
  'connection-refused': 'the connection was refused',
  'unknown-host': 'the host name cannot be resolved',
  'connection-lost': 'the connection was lost',
  'untrusted-certificate': 'the certificate of the server is not trusted',
  'proxy-refused': 'the proxy refuses to connect',
  network: 'the network failed',
  redirected: 'the server redirects where it should answer',
  'half-answer': 'the answer was cut off',
  'not-json': 'the answer is not JSON',
  'unexpected-document': 'the answer is not the document that was asked for',
  'too-long': 'the answer is too long',
};
