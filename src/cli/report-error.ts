import { type ClientErrorKind, RunwrightClientError } from '@runwright/client';
import { ArchiveError } from '@runwright/client/archive';
import { ConfigError } from '../service/config.ts';
import { TfeError } from '../tfe/http/tfe-error.ts';
import { ExitError } from './exit-error.ts';
import type { ExitName } from './exit-codes.ts';

const EXIT_OF_CLIENT_ERROR: Record<ClientErrorKind, ExitName> = {
  'temporal-unreachable': 'unreachable',
  'temporal-refused': 'usage',
  'installation-unknown': 'usage',
  'namespace-not-found': 'usage',
  'search-attributes-missing': 'usage',
  'search-attributes-conflict': 'usage',
  'request-not-found': 'usage',
  'request-ended': 'notApproved',
  'ambiguous-id': 'usage',
  'invalid-request': 'usage',
  'request-conflict': 'usage',
  'no-worker-answer': 'unreachable',
  'update-refused': 'notApproved',
};

/**
 * The sentence and exit code for the error that ended a command. Never a stack: a bug of ours says where to report it.
 */
export function explain(error: unknown): { exit: ExitName; sentence: string } {
  if (error instanceof ExitError) return { exit: error.exit, sentence: error.message };
  if (error instanceof RunwrightClientError) return { exit: EXIT_OF_CLIENT_ERROR[error.kind], sentence: error.message };
  if (error instanceof ArchiveError) return { exit: 'usage', sentence: explainArchiveError(error) };
  if (error instanceof ConfigError) return { exit: 'usage', sentence: error.message };
  if (error instanceof TfeError) return explainTfeError(error);
  const sentence = error instanceof Error ? error.message : String(error);
  return { exit: 'failed', sentence: `unexpected fault (please report it): ${sentence}` };
}

function explainArchiveError({ kind, message }: ArchiveError): string {
  if (kind !== 'unwritable') return message;
  return `${message}: let this user write there, or set RUNWRIGHT_ARCHIVE_DIR to a folder that callers and workers share`;
}

/** A failed TFE call: what was found and, if something can be done, what to do. */
export interface TfeTrouble {
  exit: ExitName;
  found: string;
  todo?: string;
}

/** What to do when TFE does not answer as it should. */
export function troubleOf(error: TfeError): TfeTrouble {
  const found = error.message;
  switch (error.kind) {
    case 'unauthorized': {
      const todo = `TFE does not accept the token, set TFE_TOKEN (or the file RUNWRIGHT_TFE_TOKEN_FILE) to a valid one`;
      return { exit: 'usage', found, todo };
    }
    case 'forbidden':
    case 'not-found':
      return { exit: 'usage', found, todo: 'it does not exist, or the token may not see it' };
    case 'no-answer':
    case 'server':
      return { exit: 'unreachable', found, todo: reachIt(error) };
    case 'rate-limited':
      return { exit: 'unreachable', found, todo: 'too many requests, try again in a minute' };
    case 'unreadable-answer':
      return isSomebodyElse(error)
        ? {
            exit: 'usage',
            found,
            todo: "this is not TFE's API, check TFE_ADDRESS and what stands before it (a login, a proxy)",
          }
        : { exit: 'failed', found };
    case 'conflict':
    case 'invalid':
    case 'too-large':
      return { exit: 'failed', found };
  }
}

/** The same in one sentence. */
export function explainTfeError(error: TfeError): { exit: ExitName; sentence: string } {
  const { exit, found, todo } = troubleOf(error);
  return { exit, sentence: todo === undefined ? found : `${found}: ${todo}` };
}

const isSomebodyElse = ({ facts: { reason } }: TfeError): boolean => reason === 'redirected' || reason === 'not-json';

const reachIt = ({ facts: { reason } }: TfeError): string =>
  reason === 'untrusted-certificate'
    ? 'set TFE_CA_FILE to the certificate of its issuer'
    : 'check TFE_ADDRESS, the network and HTTPS_PROXY';
