import { setTimeout as pause } from 'node:timers/promises';
import type { TfeClient } from '../../tfe/client.ts';
import type { ServerFacts } from '../../tfe/resources/ping.ts';
import { TfeError, type TfeErrorKind, type TfeErrorReason } from '../../tfe/http/tfe-error.ts';
import type { CliDeps } from '../cli-deps.ts';
import { ExitError } from '../exit-error.ts';
import { explainTfeError } from '../report-error.ts';
import { writeLines } from '../terminal/writing.ts';

// As long as we wait for Temporal.
const PATIENCE_MS = 2 * 60_000;

/** Stops the command if TFE does not answer: the request would be accepted and then wait for TFE. */
export async function requireTfeAnswers(
  deps: Pick<CliDeps, 'pingTfe' | 'config' | 'err'>,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  try {
    await pingPatiently(deps, patienceMs);
  } catch (error) {
    if (!(error instanceof TfeError)) throw error;
    const { exit, sentence } = explainTfeError(error);
    throw new ExitError(exit, sentence.replace(/^TFE ping/, `TFE at ${deps.config().tfeAddress}`));
  }
}

const PING_AGAIN_MS = 1_000;

/** Asks TFE whether it is there, and repeats this if an answer was lost or a proxy had none. */
export async function pingPatiently(
  { pingTfe, err }: Pick<CliDeps, 'pingTfe' | 'err'>,
  patienceMs: number,
): Promise<ServerFacts> {
  const startedAt = performance.now();
  for (let isTold = false; ; isTold = true) {
    try {
      return await pingTfe();
    } catch (error) {
      if (!isPassing(error) || performance.now() - startedAt + PING_AGAIN_MS > patienceMs) throw error;
      if (!isTold) writeLines(err, [`${error.message}, asking again`]);
      await pause(PING_AGAIN_MS);
    }
  }
}

// Any other fault lasts until somebody changes the address, the certificates or the proxy.
const PASSING: ReadonlySet<TfeErrorReason | undefined> = new Set([
  undefined,
  'timeout',
  'connection-lost',
  'network',
  'half-answer',
] as const);

const isPassing = (error: unknown): error is TfeError =>
  error instanceof TfeError &&
  (error.kind === 'server' || (error.kind === 'no-answer' && PASSING.has(error.facts.reason)));

const NOBODY: ReadonlySet<TfeErrorKind> = new Set(['no-answer', 'server', 'unreadable-answer']);

/**
 * What TFE says of itself. A refused token is an answer too. Rejects with TfeError if nothing answers, or a server that
 * is not TFE.
 */
export async function pingAnyway(tfe: TfeClient): Promise<ServerFacts> {
  try {
    return await tfe.ping();
  } catch (error) {
    if (error instanceof TfeError && !NOBODY.has(error.kind)) return {};
    throw error;
  }
}
