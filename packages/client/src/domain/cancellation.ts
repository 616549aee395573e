import { faultOfName } from '../contract/person-name.ts';
import type { Cancellation } from '../contract/run-view.ts';
import { nameInLine, quotedText } from './in-one-line.ts';

const MAX_NAME = 255;
const MAX_TEXT = 1_000;

export type ParsedCancellation =
  { kind: 'cancellation'; cancellation: Cancellation } | { kind: 'refused'; reason: string };

/** Reads who cancels and why, from whatever was sent. Total: an error in a handler would wedge the workflow. */
export function parseCancellation(sent: unknown): ParsedCancellation {
  const { by, reason } = (typeof sent === 'object' && sent !== null ? sent : {}) as Record<string, unknown>;
  if (typeof by !== 'string' || by.trim() === '' || by.length > MAX_NAME) {
    return refused('by must name the person who cancels, in at most 255 characters');
  }
  const fault = faultOfName(by.trim());
  if (fault !== undefined) return refused(`by ${fault}`);
  if (reason !== undefined && reason !== null && typeof reason !== 'string') return refused('reason must be text');
  return {
    kind: 'cancellation',
    cancellation: { by: by.trim(), ...(reason && { reason: reason.slice(0, MAX_TEXT).toWellFormed() }) },
  };
}

const refused = (reason: string): ParsedCancellation => ({ kind: 'refused', reason });

/** ` by ann: "wrong region"`; empty if nobody gave a name. */
export const whoCanceled = (cancellation: Cancellation | undefined): string =>
  cancellation === undefined
    ? ''
    : ` by ${nameInLine(cancellation.by)}${cancellation.reason === undefined ? '' : `: ${quotedText(cancellation.reason)}`}`;
