import {
  AmbiguousIdError,
  type ClientErrorKind,
  InvalidRequestError,
  RequestConflictError,
  RunwrightClientError,
  SearchAttributesMissingError,
} from '@runwright/client';
import { GatewayError, statusOf, type GatewayErrorKind } from './gateway-error.ts';

/** The body of every refusal. Further facts stand beside `message`. */
export interface ErrorBody {
  error: { kind: GatewayErrorKind | ClientErrorKind; message: string; [fact: string]: unknown };
}

export interface ErrorAnswer {
  status: number;
  body: ErrorBody;
}

/** The answer to any error. Shows nothing of an error that is not ours, because it may quote what was sent. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof GatewayError) return answer(error.kind, error.message, error.facts);
  if (error instanceof RunwrightClientError) return answer(error.kind, error.message, factsOf(error));
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  if (code === 'FST_ERR_BAD_URL') return answer('malformed', 'the URL cannot be read');
  switch (statusCode) {
    case 400:
      return answer('malformed', 'the request cannot be read: the body must be one JSON document');
    case 414:
      return answer('malformed', 'the URL is longer than is taken here');
    case 413:
      return answer('too-large', 'the body is larger than is taken here');
    case 415:
      return answer('media-type', 'the body must be sent with content-type: application/json');
    default:
      return answer('internal', 'the gateway failed: its log says more under the id of this answer (x-request-id)');
  }
}

function answer(kind: ErrorBody['error']['kind'], message: string, facts: Readonly<Record<string, unknown>> = {}) {
  return { status: statusOf(kind), body: { error: { kind, message, ...facts } } };
}

function factsOf(error: RunwrightClientError): Record<string, unknown> {
  if (error instanceof InvalidRequestError) return { faults: error.faults };
  if (error instanceof RequestConflictError) return { workflowId: error.workflowId, differences: error.differences };
  if (error instanceof AmbiguousIdError) return { workflowIds: error.workflowIds };
  if (error instanceof SearchAttributesMissingError) return { missing: error.missing };
  return {};
}
