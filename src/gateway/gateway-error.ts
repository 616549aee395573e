import type { ClientErrorKind } from '@runwright/client';

/** Refusals of the gateway itself. Those of the client keep their own kind. */
export type GatewayErrorKind =
  | 'unauthorized'
  | 'signature'
  | 'notifications-off'
  | 'malformed'
  | 'too-large'
  | 'media-type'
  | 'no-such-route'
  | 'decision-refused'
  | 'busy'
  | 'internal';

/** One status per refusal, so that the sender can tell them apart without reading the text. */
const STATUS: Record<GatewayErrorKind | ClientErrorKind, number> = {
  unauthorized: 401,
  signature: 401,
  'notifications-off': 404,
  malformed: 400,
  'too-large': 413,
  'media-type': 415,
  'no-such-route': 404,
  'decision-refused': 409,
  busy: 503,
  internal: 500,
  'invalid-request': 422,
  'update-refused': 422,
  'request-conflict': 409,
  'request-ended': 409,
  'ambiguous-id': 409,
  'request-not-found': 404,
  'no-worker-answer': 504,
  // The caller did nothing wrong and may try again once the operator has acted.
  'temporal-unreachable': 503,
  'temporal-refused': 503,
  'namespace-not-found': 503,
  'search-attributes-missing': 503,
  'search-attributes-conflict': 503,
  'installation-unknown': 503,
};

export const statusOf = (kind: GatewayErrorKind | ClientErrorKind): number => STATUS[kind];

/** Thrown by a route to refuse a request. The caller sees message and facts unchanged. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: GatewayErrorKind | ClientErrorKind;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    kind: GatewayErrorKind | ClientErrorKind,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.kind = kind;
    this.facts = facts;
  }
}
