import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { NamespaceNotFoundError as SdkNamespaceNotFoundError } from '@temporalio/common';
import {
  NamespaceNotFoundError,
  NoWorkerAnswerError,
  RequestNotFoundError,
  SearchAttributesMissingError,
  TemporalRefusedError,
  TemporalUnreachableError,
  UpdateRefusedError,
} from '../errors.ts';

/** gRPC status codes that we tell apart; the numbers are gRPC's. */
export const GRPC = {
  canceled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export interface GrpcFacts {
  code: number;
  details: string;
}

/** What the failed call was about, for the sentence. */
export interface CallSubject {
  address: string;
  namespace: string;
  /** The request it was about, if any. */
  id?: string;
}

/** The gRPC status somewhere in the chain of causes, or undefined where the failure is another one. */
export function grpcFactsOf(error: unknown): GrpcFacts | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return { code: cause.code, details: cause.details ?? '' };
  }
  return undefined;
}

/** Our typed error for a failed call to Temporal. Returns an unknown failure unchanged. */
export function toClientError(error: unknown, subject: CallSubject): unknown {
  if (error instanceof SdkNamespaceNotFoundError) return new NamespaceNotFoundError(subject.namespace);
  if (error instanceof WorkflowNotFoundError) return new RequestNotFoundError(subject.id ?? '', subject.namespace);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return new NoWorkerAnswerError(subject.id ?? '');
  if (error instanceof WorkflowUpdateFailedError) return new UpdateRefusedError(error.cause?.message ?? error.message);
  const grpc = grpcFactsOf(error);
  if (grpc === undefined) return error;
  return byStatus(grpc, subject) ?? error;
}

function byStatus({ code, details }: GrpcFacts, subject: CallSubject): Error | undefined {
  switch (code) {
    case GRPC.unavailable:
    case GRPC.deadlineExceeded:
      return new TemporalUnreachableError(subject.address);
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return new TemporalRefusedError(subject.address);
    case GRPC.notFound:
      if (/^namespace\b/i.test(details)) return new NamespaceNotFoundError(subject.namespace);
      return new RequestNotFoundError(subject.id ?? '', subject.namespace);
    case GRPC.invalidArgument:
      return missingSearchAttribute(details, subject.namespace);
    default:
      return undefined;
  }
}

// "Namespace default has no mapping defined for search attribute TfeKey", "search attribute TfeKey is not defined",
// "column name 'TfeKey' is not a valid search attribute", "invalid search attribute: TfeKey": the text differs by server.
function missingSearchAttribute(details: string, namespace: string): SearchAttributesMissingError | undefined {
  if (!/search attribute/i.test(details)) return undefined;
  const named = details.match(/\bTfe[A-Za-z]+\b/)?.[0];
  return new SearchAttributesMissingError(namespace, named === undefined ? [] : [named]);
}
