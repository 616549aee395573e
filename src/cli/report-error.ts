import { ArchiveError } from '../archive/index.ts';
import { RunwrightClientError, type ClientErrorKind } from '../client/errors.ts';
import { ConfigError } from '../service/config.ts';
import { TfeError } from '../tfe/tfe-error.ts';
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

/** The sentence and exit code of whatever ended a command. Never a stack: a fault of ours says where to report it. */
export function explain(error: unknown): { exit: ExitName; sentence: string } {
  if (error instanceof ExitError) return { exit: error.exit, sentence: error.message };
  if (error instanceof RunwrightClientError) return { exit: EXIT_OF_CLIENT_ERROR[error.kind], sentence: error.message };
  if (error instanceof ArchiveError) return { exit: 'usage', sentence: error.message };
  if (error instanceof ConfigError) return { exit: 'usage', sentence: error.message };
  if (error instanceof TfeError) return explainTfeError(error);
  const sentence = error instanceof Error ? error.message : String(error);
  return { exit: 'failed', sentence: `unexpected fault (please report it): ${sentence}` };
}

/** What to do when TFE does not answer as it should. */
export function explainTfeError(error: TfeError): { exit: ExitName; sentence: string } {
  switch (error.kind) {
    case 'unauthorized':
      return {
        exit: 'usage',
        sentence: `${error.message}: TFE does not accept the token, set TFE_TOKEN (or the file RUNWRIGHT_TFE_TOKEN_FILE) to a valid one`,
      };
    case 'forbidden':
    case 'not-found':
      return { exit: 'usage', sentence: `${error.message}: it does not exist, or the token may not see it` };
    case 'no-answer':
    case 'server':
      return { exit: 'unreachable', sentence: unreachable(error) };
    case 'rate-limited':
      return { exit: 'unreachable', sentence: `${error.message}: too many requests, try again in a minute` };
    case 'conflict':
    case 'invalid':
    case 'too-large':
    case 'unreadable-answer':
      return { exit: 'failed', sentence: error.message };
  }
}

function unreachable(error: TfeError): string {
  if (error.facts.reason === 'untrusted-certificate') {
    return `${error.message}: set TFE_CA_FILE to the certificate of its issuer`;
  }
  return `${error.message}: check TFE_ADDRESS, the network and HTTPS_PROXY`;
}
