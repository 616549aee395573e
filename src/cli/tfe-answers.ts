import type { TfeClient } from '../tfe/client.ts';
import type { ServerFacts } from '../tfe/ping.ts';
import { TfeError, type TfeErrorKind } from '../tfe/tfe-error.ts';
import type { CliDeps } from './cli-deps.ts';
import { ExitError } from './exit-error.ts';
import { explainTfeError } from './report-error.ts';

/** Refuses to go on where TFE does not answer: a request would be accepted and then wait for it. */
export async function requireTfeAnswers({ pingTfe, config }: Pick<CliDeps, 'pingTfe' | 'config'>): Promise<void> {
  try {
    await pingTfe();
  } catch (error) {
    if (!(error instanceof TfeError)) throw error;
    const { exit, sentence } = explainTfeError(error);
    throw new ExitError(exit, sentence.replace(/^TFE ping/, `TFE at ${config().tfeAddress}`));
  }
}

const NOBODY: ReadonlySet<TfeErrorKind> = new Set(['no-answer', 'server', 'unreadable-answer']);

/** What TFE says of itself. Rejects with TfeError where nobody answers, or somebody else: a refused token is an answer too. */
export async function pingAnyway(tfe: TfeClient): Promise<ServerFacts> {
  try {
    return await tfe.ping();
  } catch (error) {
    if (error instanceof TfeError && !NOBODY.has(error.kind)) return {};
    throw error;
  }
}
