import type { Decision } from '@runwright/client/contract';
import { nameInLine, quotedText } from '@runwright/client/domain';

interface Approved {
  approvals: readonly Pick<Decision, 'by' | 'comment'>[];
  /** How many the policy asks for. */
  approvers: number;
  key: string;
}

/** The comment that TFE shows beside the apply: who approved, by which rule, for which request. */
export function applyComment({ approvals, approvers, key }: Approved): string {
  const people = approvals.map(({ by, comment }) =>
    comment ? `${nameInLine(by)} (${quotedText(comment)})` : nameInLine(by),
  );
  return `${BEGINNING}${people.join(', ')} (${approvals.length} of ${approvers})${endOf(key)}`;
}

/** The comment as TFE keeps it. Its signature tells it from a comment that anybody may write. */
export const signedComment = (comment: string, signature: string): string => `${comment} [signed ${signature}]`;

const SIGNED = /^(.*) \[signed ([\w.-]+)\]$/s;

/** Splits a signed comment into its parts. Does not check the signature. */
export function readSignedComment(body: string): { comment: string; signature: string } | undefined {
  const [, comment, signature] = SIGNED.exec(body) ?? [];
  return comment === undefined || signature === undefined ? undefined : { comment, signature };
}

const BEGINNING = 'Approved by ';
const endOf = (key: string): string => `; request ${key}`;

/** Whether a comment on the request's run is the one that the request's apply left there. */
export const isApplyComment = (body: string, key: string): boolean =>
  body.startsWith(BEGINNING) && body.endsWith(endOf(key));
