import { ExitError } from './exit-error.ts';

/** The options of `runwright list`, as commander gives them. */
export interface ListFlags {
  phase?: string;
  organization?: string;
  workspace?: string;
  requestedBy?: string;
  open?: true;
  closed?: true;
  limit?: string;
  tfe?: true;
  json?: true;
}

/** A positive whole number; throws a usage error. */
export function limitFrom(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new ExitError('usage', `--limit must be a whole number from 1, not "${text}"`);
  return Number(text);
}
