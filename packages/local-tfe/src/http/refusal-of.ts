import { isDiskFull } from '../store/disk-full.ts';
import { Rejection } from '../rejection.ts';
import type { RejectionReason } from '../rejection.ts';
import {
  badRequest,
  conflict,
  forbidden,
  invalid,
  notFound,
  Refusal,
  tooLarge,
  transitionNotAllowed,
  wrongContentType,
} from './answer.ts';

export interface RefusalDeps {
  onError: (error: unknown) => void;
}

const REFUSALS: Record<RejectionReason, (rejection: Rejection) => Refusal> = {
  absent: notFound,
  'not-now': transitionNotAllowed,
  conflict: ({ message }) => conflict(message),
  forbidden: ({ message }) => forbidden(message),
  invalid: ({ message, pointer }) => invalid(message, pointer),
};

/** What an error is answered with: the refusal it is, or one for it. A fault of this server is reported. */
export function refusalOf({ onError }: RefusalDeps, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Rejection) return REFUSALS[error.reason](error);
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge('The request body is too large.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return notFound(); // no id is so long
  if (statusCode === 415) return wrongContentType();
  if (statusCode !== undefined && statusCode < 500) return badRequest('The request cannot be read.');
  onError(error);
  const detail = isDiskFull(error) ? 'There is no space left on the disk of this server.' : undefined;
  return new Refusal(500, [{ status: '500', title: 'internal server error', ...(detail !== undefined && { detail }) }]);
}
